import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gaussian, softmax } from "../../models/index.ts";
import { compileVarying } from "../../models/varying/compile.ts";
import { varying, varyingMoe } from "../../models/varying.ts";
import { fitHolding } from "../../samplers/varying/hold.ts";
import { holding, layoutOf, predictorOf } from "../../samplers/varying/layout.ts";
import { localStates } from "../../samplers/varying/local-states.ts";
import { polish } from "../../samplers/varying/polish.ts";
import type { VaryingProblem } from "../../src/core/varying.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { copy, type Matrix, matrix, row } from "../../src/math/matrix.ts";
import { maximizeVarying } from "../../src/run/varying-fit.ts";
import reference from "./varying/ratio.json" with { type: "json" };

const model = varyingMoe({
  ...{ experts: gaussian("y ~ z1"), gate: softmax("~ x1"), components: 2 },
  ...{ varying: varying("u"), standardize: false },
});
const table = parseTable(readFileSync("test/reference/varying/gaussian.csv", "utf8"));
const penalty = { gate: 1e-6, dispersion: 0 };
const { bandwidth } = reference;
const grid = Float64Array.from(reference.grid);
const held = [{ kind: 0, component: 0, column: 1 }] as const;

/** Σ over grid points of local log-likelihoods: the criterion of VCMoE 0.1.0. */
function gridSum(problem: VaryingProblem, theta: Matrix): number {
  return localStates(problem, grid, bandwidth, theta).reduce(
    (sum, { logLikelihood }) => sum + logLikelihood,
    0,
  );
}

test("VCMoE's ratio is found by its own criterion, the null climbed in the constant", () => {
  const { problem, scales } = compileVarying(model, table, penalty);
  const { low, high } = scales.index;
  const points = reference.grid.map((u) => low + u * (high - low));
  const fit = maximizeVarying(model, table, { bandwidth, grid: points, penalty });
  const theta = matrix(3, fit.theta[0]!.length, Float64Array.from(fit.theta.flat()));
  const { component, full, null: constrained, statistic } = reference;
  const place = layoutOf(problem).first[predictorOf(layoutOf(problem), component - 1, 0)]! + 1;
  const under = holding(problem, held);
  const start = fitHolding(problem, held, grid, bandwidth, theta).theta;

  const at = (constant: number): number => {
    const trial = copy(start);
    for (let g = 0; g < 3; g++) row(trial, g)[place] = constant;
    polish(under, grid, bandwidth, trial);
    return gridSum(under, trial);
  };

  // Golden section; what is left of the interval is 1 · 0.618^25 = 6e-6.
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [left, right] = [row(start, 0)[place]! - 0.5, row(start, 0)[place]! + 0.5];
  for (let step = 0; step < 25; step++) {
    const span = ratio * (right - left);
    if (at(right - span) < at(left + span)) left = right - span;
    else right = left + span;
  }
  const best = at((left + right) / 2);
  // Given to four and three decimals; its own maximum is a little lower than ours for want of precision.
  expect(gridSum(problem, theta)).toBeCloseTo(full, 3);
  expect(best).toBeCloseTo(constrained, 2);
  expect(Math.abs(gridSum(problem, theta) - best - statistic)).toBeLessThan(2e-3);
});
