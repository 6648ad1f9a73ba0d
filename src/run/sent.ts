import type { Compiled, Prepared } from "../../models/compile.ts";
import { columnsOfKnown } from "../../models/known/index.ts";
import { selectColumns } from "../data/table.ts";
import { anchorsOf } from "./chain.ts";
import type { Declared, Shared } from "./job.ts";
import { shareArrays, sharedMemory } from "./share.ts";

/** The arrays of the rows where threads can read them, the columns of the table left where they are. */
export function inSharedMemory(
  { seen, features, ...rest }: Prepared,
  memory = sharedMemory,
): Prepared {
  return { ...rest, ...shareArrays({ seen, features }, memory) };
}

/** For threads of this process: of the table only what the known density reads. */
export function sharedBy(compiled: Compiled): Shared {
  const { prepared, table, model } = compiled;
  const ofKnown = selectColumns(table, columnsOfKnown(model));
  return { prepared: { ...prepared, table: shareArrays(ofKnown) }, anchors: anchorsOf(compiled) };
}

/** For executors of others, which may send jobs anywhere. */
export const ownOf = ({ model, table }: Compiled): Declared => ({ model, table });
