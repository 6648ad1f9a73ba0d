import { expect, it } from "vitest";
import { fromFormula } from "../../models/index.ts";
import { testKnown } from "../../src/analysis/goodness-of-fit.ts";
import { tableFrom } from "../../src/data/table.ts";
import { exponential } from "../../src/math/random/exponential.ts";
import { createRng, uniform } from "../../src/math/rng.ts";

const RUNS = 200;
const model = fromFormula({ formula: "y ~ x", components: 1, known: "laplace(0.3*x, 1)" });

it("p-values are uniform where the known density has made the data", async () => {
  const pValues: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const rng = createRng(run, 9);
    const x = Float64Array.from({ length: 50 }, () => 2 * uniform(rng) - 1);
    const y = x.map((value) => 0.3 * value + (uniform(rng) < 0.5 ? -1 : 1) * exponential(rng));
    const options = { replicates: 19, starts: 3, workers: 1, seed: run + 1 };
    pValues.push((await testKnown(model, tableFrom({ x, y }), options)).pValue);
  }
  for (const level of [0.05, 0.1, 0.25, 0.5, 0.75]) {
    const share = pValues.filter((p) => p <= level + 1e-9).length / RUNS;
    // Exact, as the known density has no unknown parameter; at 4 errors a false alarm in some 3000 seeds.
    expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / RUNS));
  }
});
