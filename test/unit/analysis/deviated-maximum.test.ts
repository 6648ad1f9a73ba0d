import { expect, it } from "vitest";
import { tableFrom } from "../../../src/data/table.ts";
import {
  deviated,
  fromFormula,
  gaussian,
  maximize,
  moe,
  predict,
  softmax,
} from "../../../src/index.ts";
import { exponential } from "../../../src/math/random/exponential.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, type Rng, uniform } from "../../../src/math/rng.ts";

/** Half of the rows from Laplace(0.3 x, 1), half from two lines with weights 0.4 and 0.6. */
function rows(rng: Rng, n: number, lambda = 0.5) {
  const x = Float64Array.from({ length: n }, () => 2 * uniform(rng) - 1);
  const y = x.map((value) => {
    if (uniform(rng) >= lambda) {
      return 0.3 * value + (uniform(rng) < 0.5 ? -1 : 1) * exponential(rng);
    }
    return uniform(rng) < 0.4
      ? 0.8 + 1.5 * value + 0.5 * normal(rng)
      : -0.8 - value + Math.SQRT1_2 * normal(rng);
  });
  return tableFrom({ x, y });
}

const KNOWN = "laplace(0.3*x, 1)";
const model = fromFormula({ formula: "y ~ x | 1", components: 2, known: KNOWN });

it("finds share and lines of a large sample within four standard errors", async () => {
  const { summary } = await maximize(model, rows(createRng(2), 3000), { starts: 5, workers: 1 });
  expect(summary.converged).toBe(true);
  expect(summary.gradientNorm).toBeLessThan(1e-6);
  expect(summary.df).toBe(2 * 3 + 1 + 1);
  expect(summary.standardErrors.missing).toBeUndefined();
  const near = (found: { estimate: number; se: number | null }, truth: number): void => {
    expect(Math.abs(found.estimate - truth) / found.se!).toBeLessThan(4);
  };
  near({ estimate: summary.lambda!, se: summary.lambdaSe! }, 0.5);
  const [first, second] = summary.components;
  near(first!.coefficients["x"]!, -1);
  near(first!.coefficients["(Intercept)"]!, -0.8);
  near(second!.coefficients["x"]!, 1.5);
  near(second!.sd!, 0.5);
  near({ estimate: first!.weight, se: first!.weightSe }, 0.6);
  expect(summary.lambdaInterval![0]).toBeLessThan(summary.lambda!);
  expect(summary.logLikelihood).toBeGreaterThan(summary.knownLogLikelihood!);
});

it("does not depend on workers, and predicts with both parts", async () => {
  const table = rows(createRng(3), 200);
  const one = await maximize(model, table, { starts: 6, workers: 1 });
  const two = await maximize(model, table, { starts: 6, workers: 2 });
  expect(two.summary).toEqual(one.summary);
  const { mean } = predict(one.fitted.compiled, one.run.draws, tableFrom({ x: [0.5] }));
  const { lambda, components } = one.summary;
  const ofMixture = components.reduce(
    (sum, { weight, coefficients }) =>
      sum + weight * (coefficients["(Intercept)"]!.estimate + 0.5 * coefficients["x"]!.estimate),
    0,
  );
  expect(mean.mean[0]).toBeCloseTo(lambda! * ofMixture + (1 - lambda!) * 0.15, 10);
});

it("standard errors of the share are those of a bootstrap, nearly", async () => {
  const table = rows(createRng(4), 800);
  const observed = await maximize(model, table, { starts: 4, workers: 1 });
  const replicates = 100;
  const bootstrapped = await maximize(model, table, {
    starts: 4,
    workers: 1,
    errors: "parametric",
    replicates,
  });
  const ratio = bootstrapped.summary.lambdaSe! / observed.summary.lambdaSe!;
  // The sd of an sd of 100 replicates is 7 %; small samples add some.
  expect(ratio).toBeGreaterThan(0.7);
  expect(ratio).toBeLessThan(1.4);
});

it("where nothing deviates the share is small, and its mode under a prior is drawn towards it", async () => {
  const table = rows(createRng(5), 400, 0);
  const single = deviated({
    known: KNOWN,
    mixture: moe({ experts: gaussian("y ~ x"), gate: softmax("~ 1"), components: 1 }),
    lambda: { kind: "beta", a: 20, b: 20 },
  });
  const free = await maximize(single, table, { starts: 6, workers: 1 });
  const drawn = await maximize(single, table, { starts: 6, workers: 1, penalized: true });
  expect(free.summary.logLikelihood - free.summary.knownLogLikelihood!).toBeGreaterThan(-1e-6);
  expect(drawn.summary.lambda!).toBeGreaterThan(free.summary.lambda!);
});
