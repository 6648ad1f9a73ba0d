import { type Compiled, compileChecked, type Prepared, prepare } from "../../models/compile.ts";
import { columnsOfKnown, isPlain } from "../../models/known/index.ts";
import type { Table } from "../core/data.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { selectColumns } from "../data/table.ts";
import { anchorsOf } from "./chain.ts";
import type { Declared, Shared } from "./job.ts";
import { shareArrays, sharedMemory } from "./share.ts";

/** As `prepare`, the arrays of the rows where threads can read them; the columns of the table are left where they are. */
export function prepareShared(
  model: ModelDeclaration,
  table: Table,
  memory = sharedMemory,
): Prepared {
  const vectors = memory === null ? undefined : (n: number) => new Float64Array(memory(8 * n));
  const { seen, features, ...rest } = prepare(model, table, vectors);
  return { ...rest, ...shareArrays({ seen, features }, memory) };
}

/** As `compile`; of a model that may go to other threads the arrays lie where these can read them. */
export const compileForThreads = (model: ModelDeclaration, table: Table): Compiled =>
  compileChecked(isPlain(model) ? prepareShared(model, table) : prepare(model, table));

/** For threads of this process: of the table only what the known density reads. */
export function sharedBy(compiled: Compiled): Shared {
  const { prepared, table, model } = compiled;
  const ofKnown = selectColumns(table, columnsOfKnown(model));
  return { prepared: { ...prepared, table: shareArrays(ofKnown) }, anchors: anchorsOf(compiled) };
}

/** For executors of others, which may send jobs anywhere. */
export const ownOf = ({ model, table }: Compiled): Declared => ({ model, table });
