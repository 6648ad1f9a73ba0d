import { join } from "node:path";
import type { Table } from "../core/data.ts";
import { StoppedError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { Run } from "../core/run.ts";
import { sample } from "../run/sample.ts";
import { isRunFolder } from "../run/store.ts";
import type { SelectOptions } from "./options.ts";

/** One of the runs of a choice, kept below `out` by its name, or continued there. Throws where it was stopped. */
export async function runOf(
  model: ModelDeclaration,
  table: Table,
  name: string,
  { max: _, onStage: __, ...options }: SelectOptions,
): Promise<Run> {
  const run = await sample(model, table, { ...options, ...folderOf(options, name) });
  mustGoOn(options.signal, options.out);
  return run;
}

function folderOf({ out, resume = false, overwrite = false }: SelectOptions, name: string) {
  if (out === undefined) return {};
  const folder = join(out, name);
  const goesOn = resume && isRunFolder(folder);
  return { out: folder, resume: goesOn, overwrite };
}

/** Throws a StoppedError once the signal is aborted. */
export function mustGoOn(signal: AbortSignal | undefined, out: string | undefined): void {
  if (signal?.aborted !== true) return;
  const kept =
    out === undefined
      ? "no folder was named, so nothing was kept"
      : `runs are kept in ${out}; resume there`;
  throw new StoppedError(`the choice of the number of experts was stopped before its end; ${kept}`);
}
