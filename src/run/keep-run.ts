import type { Compiled } from "../../models/compile.ts";
import type { Run } from "../core/run.ts";
import type { State } from "../core/target.ts";
import { createRng } from "../math/rng.ts";
import { newRecord } from "./new-record.ts";
import { createRunFolder } from "./store.ts";

/**
 * Keeps a run of one draw, which is at `state`, in a folder, as what predicts and simulates reads it. Throws a
 * UsageError rather than touch a folder that holds something else.
 */
export function keepRun(
  path: string,
  {
    run,
    compiled,
    state,
  }: { readonly run: Run; readonly compiled: Compiled; readonly state: State },
  overwrite = false,
): void {
  const { settings, data, seconds, chains, draws } = run;
  const record = newRecord(compiled, { settings, starts: ["em"] }, data.source);
  const folder = createRunFolder(path, record, compiled.table, overwrite);
  folder.append({
    chain: 1,
    firstDraw: 0,
    values: Float64Array.from(draws.chains[0]!.values),
    checkpoint: {
      iteration: 1,
      draws: 1,
      rng: createRng(settings.seed, 1),
      state,
      acceptance: {},
      firstVisits: {},
      seconds,
    },
    logLikelihood: Number.NaN,
  });
  folder.update({ status: "complete", seconds, chains });
}
