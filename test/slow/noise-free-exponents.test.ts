import { describe, expect, test } from "vitest";
import { cellExponents } from "../../diagnostics/losses/exponents.ts";
import { type Component, leastDistance, type Mean } from "../helpers/noise-free.ts";

/**
 * The power with which densities come together as two atoms do that share a true one, all else being chosen at its
 * best. A power measured between δ and δ/2 is off by a multiple of δ², which is taken out by halving once more.
 */
function exponent(truth: readonly [Component, Component], mean: Mean, at: number): number {
  const [far, near, nearest] = [0.3, 0.15, 0.075].map((delta) =>
    leastDistance(truth, mean, at, delta),
  ) as [number, number, number];
  const [first, second] = [Math.log2(far / near), Math.log2(near / nearest)];
  return second + (second - first) / 3;
}

/** What is left is of the order of δ⁴ and of the search. */
const NEAR = 0.06;

describe("two atoms for one under a softmax gate, without noise", () => {
  const lines: [Component, Component] = [
    { gate: [0.3, 1.2], eta: [0.8, 1.5], variance: 0.25 },
    { gate: [0, 0], eta: [-0.8, -1], variance: 0.5 },
  ];
  const line: Mean = (x, [intercept, slope]) => intercept! + slope! * x;
  const powers = cellExponents("refined", 2);

  test.each([
    [0, "gate slope", powers.gate],
    [1, "intercept", powers.intercept],
    [2, "slope", powers.slopes],
    [3, "variance", powers.variance],
  ])("lines: the power of coordinate %i, the %s, is %i", (at, _, power) => {
    expect(Math.abs(exponent(lines, line, at) - power)).toBeLessThan(NEAR);
  });

  const curves: [Component, Component] = [
    { gate: [0.3, 1.2], eta: [2, 2], variance: 0.25 },
    { gate: [0, 0], eta: [1.2, -3], variance: 0.15 },
  ];
  const curve: Mean = (x, [amplitude, slope]) => amplitude! * Math.tanh(slope! * x);

  test.each([
    [0, "gate slope"],
    [1, "amplitude"],
    [2, "slope"],
    [3, "variance"],
  ])("curves: the power of coordinate %i, the %s, is 2", (at) => {
    expect(Math.abs(exponent(curves, curve, at) - 2)).toBeLessThan(NEAR);
  });

  test("curves with a place inside: that of the place is 2 too, where the literature is silent", () => {
    const placed: [Component, Component] = [
      { gate: [0.3, 1.2], eta: [2, 2, 0.3], variance: 0.25 },
      { gate: [0, 0], eta: [1.2, -3, 0.2], variance: 0.15 },
    ];
    const mean: Mean = (x, [amplitude, slope, place]) =>
      amplitude! * Math.tanh(slope! * x + place!);
    expect(Math.abs(exponent(placed, mean, 3) - 2)).toBeLessThan(NEAR);
  });
});
