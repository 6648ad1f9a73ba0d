import { maximizeRun } from "../../src/analysis/compare-maximum.ts";
import type { MaximizeOptions } from "../../src/analysis/maximize.ts";
import type { Table } from "../../src/core/data.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import { tableFrom } from "../../src/data/table.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, uniform } from "../../src/math/rng.ts";
import { sample } from "../../src/run/sample.ts";
import type { SampleOptions } from "../../src/run/sample-options.ts";
import { serial } from "../../src/run/serial.ts";

/** Two lines that cross, the gate a logistic curve with this slope. */
export function crossing(n: number, { slope = 2, seed = 1 } = {}): Table {
  const rng = createRng(seed);
  const x = Float64Array.from({ length: n }, () => 2 * uniform(rng) - 1);
  const y = x.map((at) => {
    const first = uniform(rng) < 1 / (1 + Math.exp(-slope * at));
    return (first ? 1 + 2 * at : -1 - at) + (first ? 0.3 : 0.5) * normal(rng);
  });
  return tableFrom({ x, y });
}

/** A posterior and the maximum of the same model. */
export async function bothSides(
  model: ModelDeclaration,
  table: Table,
  { starts = 8, ...settings }: Omit<SampleOptions, "starts"> & Pick<MaximizeOptions, "starts"> = {},
) {
  const given = { chains: 2, warmup: 200, draws: 500, ...settings };
  const run = await sample(model, table, { ...given, executor: serial() });
  return { run, table, maximum: await maximizeRun(run, table, { starts, workers: 1 }) };
}
