import { describe, expect, test } from "vitest";
import { em } from "../../../../samplers/em.ts";
import { crossingLines, emTarget, stateAt } from "../../../helpers/em-problems.ts";

const START = {
  gaussian: [
    [0, 1.5, 0.5],
    [0, -1, 0.5],
  ],
  poisson: [
    [0.5, 1],
    [0.5, -0.5],
  ],
};

const { x, y } = crossingLines(3, 60);
const counts = crossingLines(4, 60, "poisson");
const weights = x.map((_, i) => [2, 0, 1, 3, 1][i % 5]!);
const repeated = (values: number[]): number[] =>
  values.flatMap((value, i) => new Array<number>(weights[i]!).fill(value));

describe("row weights in EM", () => {
  for (const family of ["gaussian", "poisson"] as const) {
    for (const variant of ["em", "classification"] as const) {
      test(`that are whole numbers are repeated rows: ${family}, ${variant}`, () => {
        const data = family === "poisson" ? counts : { x, y };
        // Without standardizing, so that parameters mean the same in both targets.
        const model = { components: 2, family, gated: variant === "em", standardize: false };
        const once = emTarget(data, model);
        const rows = emTarget({ x: repeated(data.x), y: repeated(data.y) }, model);
        const rowWeight = Float64Array.from(weights);
        const one = em(once, stateAt(once, START[family]), { rowWeight, variant });
        const other = em(rows, stateAt(rows, START[family]), { variant });
        expect(one.converged && other.converged).toBe(true);
        expect(Math.abs(one.logLikelihood / other.logLikelihood - 1)).toBeLessThan(1e-10);
        expect(Math.abs(one.gradientNorm - other.gradientNorm)).toBeLessThan(1e-7);
        one.state.theta.data.forEach((value, j) => {
          expect(Math.abs(value - other.state.theta.data[j]!)).toBeLessThan(1e-6);
        });
      });
    }
  }

  test("of zero leave a row out, even where it has no density", () => {
    const target = emTarget(
      { x: [...x, 0], y: [...y, 1e6] },
      { components: 2, standardize: false },
    );
    const without = emTarget({ x, y }, { components: 2, standardize: false });
    const rowWeight = new Float64Array(x.length + 1).fill(1);
    rowWeight[x.length] = 0;
    const one = em(target, stateAt(target, START.gaussian), { rowWeight });
    const other = em(without, stateAt(without, START.gaussian));
    expect(one.converged).toBe(true);
    expect(Math.abs(one.logLikelihood - other.logLikelihood)).toBeLessThan(1e-8);
  });

  test.each([
    { why: "too few", weights: [1, 1], message: /60 rows/ },
    { why: "negative", weights: weights.map((w, i) => (i === 4 ? -1 : w)), message: /row 5/ },
    { why: "all 0", weights: weights.map(() => 0), message: /above 0/ },
  ])("must be usable: $why", ({ weights: given, message }) => {
    const target = emTarget({ x, y }, { components: 2 });
    const rowWeight = Float64Array.from(given);
    expect(() => em(target, stateAt(target, START.gaussian), { rowWeight })).toThrow(message);
  });
});
