import { expect, test } from "vitest";
import { categorical, categoricalFromLog } from "../../../../src/math/random/categorical.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { pearson } from "../../../helpers/variates.ts";

const PROBABILITIES = [0.5, 0.25, 0.2, 0.05];
const N = 100_000;

function frequencies(draw: () => number): number[] {
  const counts = PROBABILITIES.map(() => 0);
  for (let i = 0; i < N; i++) counts[draw()]!++;
  return counts;
}

test("indices have the given probabilities, whatever the scale of the weights", () => {
  const rng = createRng(41);
  const weights = Float64Array.from(PROBABILITIES, (p) => 8 * p);
  expect(
    pearson(
      frequencies(() => categorical(rng, weights, 8)),
      PROBABILITIES,
    ),
  ).toBeGreaterThan(1e-3);
  for (const shift of [-5000, 0, 5000]) {
    const logs = Float64Array.from(PROBABILITIES, (p) => Math.log(p) + shift);
    const counts = frequencies(() => categoricalFromLog(rng, logs));
    expect(pearson(counts, PROBABILITIES)).toBeGreaterThan(1e-3);
  }
});

test("a part of a longer vector can be drawn from", () => {
  const rng = createRng(42);
  const logs = Float64Array.of(50, ...PROBABILITIES.map(Math.log), 50);
  const counts = frequencies(() => categoricalFromLog(rng, logs, 4, 1));
  expect(pearson(counts, PROBABILITIES)).toBeGreaterThan(1e-3);
});

test("indices of weight 0 are never drawn, at the ends either", () => {
  const rng = createRng(43);
  const logs = Float64Array.of(-Infinity, 0, -Infinity);
  const weights = Float64Array.of(0, 1, 0);
  for (let i = 0; i < 1000; i++) {
    expect(categoricalFromLog(rng, logs)).toBe(1);
    expect(categorical(rng, weights, 1 + 1e-9)).toBe(1);
  }
});

test("what is no distribution gives −1", () => {
  const rng = createRng(44);
  for (const bad of [
    [-Infinity, -Infinity],
    [0, Number.NaN],
    [Number.NaN, 0],
    [Infinity, 0],
  ]) {
    expect(categoricalFromLog(rng, Float64Array.from(bad))).toBe(-1);
  }
  expect(categorical(rng, Float64Array.of(0, 0), 0)).toBe(-1);
});
