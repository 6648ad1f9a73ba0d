import { describe, expect, test } from "vitest";
import { componentSummary } from "../../../diagnostics/component-summary.ts";
import { applyRelabelling } from "../../../diagnostics/relabel/apply.ts";
import { createRng } from "../../../src/math/rng.ts";
import { regressionTargets, rowsFrom, shuffledDraws, THREE } from "../../helpers/labelled-draws.ts";

const data = rowsFrom(createRng(1), THREE, 30);
const SIZE = { chains: 2, iterations: 10, noise: 0.1, seed: 3 };

function labelled(baseline: "none" | "last", gateReference?: number) {
  const { target } = regressionTargets(data, 3, baseline);
  const { draws, orders } = shuffledDraws(target, THREE, SIZE);
  const inverse = orders.flatMap((order) => [0, 1, 2].map((k) => order.indexOf(k)));
  return {
    target,
    draws: applyRelabelling(draws, target, Int32Array.from(inverse), gateReference),
  };
}

describe("component summaries", () => {
  test("hold mean, sd and quantiles by term, and the mean weight", () => {
    const { target, draws } = labelled("none");
    const slopes = draws.chains.flatMap(({ values }) =>
      Array.from({ length: 10 }, (_, t) => values[t * draws.variables.length + 3]!),
    );
    const ascending = slopes.toSorted((a, b) => a - b);
    const [first, second] = componentSummary(draws, target);
    const slope = first!.coefficients["x"]!;
    expect(slope.mean).toBeCloseTo(slopes.reduce((a, b) => a + b) / 20, 12);
    // Type 7 quantiles of 20 values: position 19 p.
    expect(slope.q5).toBeCloseTo(0.05 * ascending[0]! + 0.95 * ascending[1]!, 12);
    expect(slope.q75).toBeCloseTo(0.75 * ascending[14]! + 0.25 * ascending[15]!, 12);
    expect(second!.weight).toBe(1);
    expect(second!.sd?.mean).toBeCloseTo(0.3, 12);
    expect(first!.gate["x"]!.mean).toBeCloseTo(-1, 12);
  });

  test("leave out the gate of the component whose row is held at zero", () => {
    const { target, draws } = labelled("last");
    const summaries = componentSummary(draws, target);
    expect(summaries.map(({ gate }) => Object.keys(gate))).toEqual([
      ["(Intercept)", "x"],
      ["(Intercept)", "x"],
      [],
    ]);
  });

  test("express the gate against the component asked for", () => {
    const centred = labelled("none");
    const against = labelled("none", 3);
    const [first, , third] = componentSummary(against.draws, against.target);
    const [a, , c] = componentSummary(centred.draws, centred.target);
    const difference = a!.gate["x"]!.mean - c!.gate["x"]!.mean;
    expect(first!.gate["x"]!.mean).toBeCloseTo(difference, 12);
    expect(third!.gate).toEqual({});
    expect(() => labelled("none", 4)).toThrow("a component from 1 to 3; got 4");
  });
});
