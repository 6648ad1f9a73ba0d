import { expect, test } from "vitest";
import { bridgeSampling } from "../../../diagnostics/bridge-sampling.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, type Rng } from "../../../src/math/rng.ts";

const [MEAN, SD, CONSTANT] = [0.8, 0.7, 37.5];

/** Log of e^CONSTANT times the density of N(MEAN, SD²) over that of N(0, 1). */
const logRatio = (x: number): number =>
  CONSTANT - 0.5 * ((x - MEAN) / SD) ** 2 - Math.log(SD) + 0.5 * x * x;

const proposals = (rng: Rng, count: number) =>
  Float64Array.from({ length: count }, () => logRatio(normal(rng)));

/** A stationary chain of the density with this autocorrelation. */
function chain(rng: Rng, length: number, rho: number): Float64Array {
  let white = normal(rng);
  return Float64Array.from({ length }, () => {
    white = rho * white + Math.sqrt(1 - rho * rho) * normal(rng);
    return logRatio(MEAN + SD * white);
  });
}

test.each([
  ["independent draws", 0],
  ["autocorrelated draws", 0.8],
])("finds a known constant within its standard error, from %s", (_, rho) => {
  const REPLICATES = 100;
  let squares = 0;
  let total = 0;
  for (let r = 0; r < REPLICATES; r++) {
    const rng = createRng(61, r);
    const visited = [chain(rng, 400, rho), chain(rng, 400, rho)];
    const { logConstant, se } = bridgeSampling(proposals(rng, 500), visited);
    const z = (logConstant - CONSTANT) / se;
    total += z;
    squares += z * z;
  }
  // Means of z and z² have sds 1 / √100 and √(2 / 100); the effective size is itself an estimate, good to 20 %.
  expect(Math.abs(total / REPLICATES)).toBeLessThan(4 * Math.sqrt(1 / REPLICATES) * 1.2);
  expect(Math.abs(squares / REPLICATES - 1)).toBeLessThan(0.2 + 4 * Math.sqrt(2 / REPLICATES));
});

test("is exact where the proposal is the density", () => {
  const same = (count: number) => new Float64Array(count).fill(CONSTANT);
  const { logConstant, se, overlap } = bridgeSampling(same(300), [same(100), same(100)]);
  expect(logConstant).toBeCloseTo(CONSTANT, 10);
  expect(se).toBe(0);
  expect(overlap).toBeCloseTo(1, 10);
});

test("uses proposals outside the support of the density", () => {
  // Half of the proposals fall outside, so the constant of what is left is half of that inside.
  const rng = createRng(62);
  const proposed = Float64Array.from({ length: 4000 }, () =>
    normal(rng) > 0 ? CONSTANT : Number.NEGATIVE_INFINITY,
  );
  const visited = [new Float64Array(2000).fill(CONSTANT), new Float64Array(2000).fill(CONSTANT)];
  const { logConstant, se } = bridgeSampling(proposed, visited);
  expect(se).toBeGreaterThan(0);
  expect(Math.abs(logConstant - (CONSTANT - Math.LN2))).toBeLessThan(4 * se);
});

test("says that densities do not meet", () => {
  const nowhere = new Float64Array(100).fill(Number.NEGATIVE_INFINITY);
  const found = bridgeSampling(nowhere, [new Float64Array(50).fill(CONSTANT)]);
  expect(found.logConstant).toBeNaN();
  expect(found.overlap).toBe(0);
  const rng = createRng(63);
  const far = Float64Array.from({ length: 100 }, () => normal(rng) - 60);
  const high = Float64Array.from({ length: 50 }, () => normal(rng));
  expect(bridgeSampling(far, [high]).overlap).toBeLessThan(1e-6);
});
