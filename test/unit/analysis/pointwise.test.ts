import { expect, test } from "vitest";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { pointwiseTable } from "../../../src/analysis/pointwise.ts";
import { pooled, variable } from "../../../src/core/draws.ts";
import { numbersOf, tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { sample } from "../../../src/run/sample.ts";
import { serial } from "../../../src/run/serial.ts";

test("pointwise log-likelihoods sum to the recorded log-likelihood of each draw", async () => {
  const rng = createRng(5);
  const x = Float64Array.from({ length: 20 }, () => normal(rng));
  const y = x.map((value, i) => (i % 2 ? 3 + value : -value) + 0.5 * normal(rng));
  const table = tableFrom({ x, y });
  const model = fromFormula({ formula: "y ~ x | x", components: 2 });
  const run = await sample(model, table, {
    chains: 2,
    warmup: 10,
    draws: 15,
    seed: 2,
    executor: serial(),
  });
  const pointwise = pointwiseTable(run, table);
  expect(pointwise.rows).toBe(30);
  expect([...numbersOf(pointwise, ".chain", "chain")]).toEqual(
    Array.from({ length: 30 }, (_, s) => (s < 15 ? 1 : 2)),
  );
  const recorded = pooled(variable(run.draws, "log_likelihood"));
  for (let s = 0; s < 30; s++) {
    let total = 0;
    for (let i = 1; i <= 20; i++) total += numbersOf(pointwise, `log_lik[${i}]`, "rows")[s]!;
    // Parameters are recorded on the scale of the data: rounding of the change of scale only.
    expect(total).toBeCloseTo(recorded[s]!, 8);
  }
});
