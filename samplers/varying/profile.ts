import type { VaryingProblem } from "../../src/core/varying.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { stepOf } from "./climb.ts";
import { type RowModel, rowModel } from "./interpolate.ts";
import { type Layout, predictorOf } from "./layout.ts";
import { BETTER, type Polished, polish } from "./polish.ts";
import { firstPositions, profileDerivatives } from "./profile-derivatives.ts";

/** How the search for what does not vary ended. */
export interface Profiled extends Polished {
  readonly steps: number;
  readonly settled: boolean;
}

const MOST_STEPS = 100;
const MOST_ROUNDS = 8;
const MOST_HALVINGS = 20;
const SUFFICIENT = 1e-4;
const TOLERANCE = 1e-8;

/**
 * Profile maximum likelihood of the coefficients that do not vary, in place: Σ log f(y_i; θ̂(u_i; γ), γ) is climbed in γ,
 * θ̂(·; γ) being the local maxima given γ. Its derivative takes along how θ̂ follows γ, by the implicit function theorem;
 * second derivatives of θ̂ are left out of the curvature, where backtracking makes up for it. At the end γ has moved, and
 * neighbours may know higher local maxima than at its beginning: then it goes on from these. Source: [huang2013].
 */
export function profile(
  problem: VaryingProblem,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
): Profiled {
  const rows = rowModel(problem);
  let polished = polish(problem, grid, bandwidth, theta);
  if (rows.layout.shared.length === 0) return { ...polished, steps: 0, settled: true };
  const ascend = ascent(problem, rows, grid, bandwidth);
  let steps = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const ended = ascend(theta, polished);
    steps += ended.steps;
    polished = polish(problem, grid, bandwidth, theta);
    const isHigher = polished.objective.some((value, g) => value > ended.objective[g]! + BETTER);
    if (!isHigher || !ended.settled) return { ...polished, steps, settled: ended.settled };
  }
  return { ...polished, steps, settled: false };
}

/** A function that climbs in γ, each local maximum followed from where it is. */
function ascent(problem: VaryingProblem, rows: RowModel, grid: Vector, bandwidth: number) {
  const { shared } = rows.layout;
  const m = shared.length;
  const derivatives = profileDerivatives(problem, rows, grid, bandwidth);
  const penalty = sharedPenalty(problem, rows.layout);
  const [gradient, information] = [new Float64Array(m), new Float64Array(m * m)];
  const step = new Float64Array(m);
  const solve = stepOf(firstPositions(m), m);
  const valueAt = (theta: Matrix): number =>
    rows.logLikelihood(grid, theta) + penalty.value(row(theta, 0));

  /** The local maxima and the objective where a fraction of the step is enough of an ascent; else nothing moves. */
  function backtrack(theta: Matrix, value: number, promised: number): Polished | undefined {
    const before = theta.data.slice();
    for (let halving = 0, scale = 1; halving < MOST_HALVINGS; halving++, scale /= 2) {
      theta.data.set(before);
      moveShared(theta, shared, step, scale);
      const trial = polish(problem, grid, bandwidth, theta, { neighbours: false });
      if (valueAt(theta) >= value + SUFFICIENT * scale * promised) return trial;
    }
    theta.data.set(before);
    return undefined;
  }

  return (theta: Matrix, from: Polished): Profiled => {
    let polished = from;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const value = valueAt(theta);
      derivatives(theta, gradient, information);
      penalty.add(row(theta, 0), gradient, information);
      const promised = solve(gradient, information, step);
      if (!(promised > 2 * TOLERANCE)) {
        return { ...polished, steps, settled: Number.isFinite(value) };
      }
      const better = backtrack(theta, value, promised);
      if (better === undefined) {
        return { ...polished, steps, settled: promised < ROUNDING * (1 + Math.abs(value)) };
      }
      polished = better;
    }
    return { ...polished, steps: MOST_STEPS, settled: false };
  };
}

function moveShared(theta: Matrix, shared: Int32Array, step: Vector, scale: number): void {
  for (let g = 0; g < theta.rows; g++) {
    const at = row(theta, g);
    for (let j = 0; j < shared.length; j++) at[shared[j]!]! += scale * step[j]!;
  }
}

/** Relative to the log-likelihood: what local maxima found to their tolerance leave of it. */
const ROUNDING = 1e-7;

/** The family's penalty on dispersions that do not vary. */
export function sharedPenalty({ family, penalty }: VaryingProblem, layout: Layout) {
  const { components: K, shared, hasDispersion, first } = layout;
  const out = new Float64Array(3);
  const at = Array.from({ length: hasDispersion ? K : 0 }, (_, k) => {
    return first[predictorOf(layout, k, 1)]!;
  }).filter((position) => shared.includes(position));
  return {
    value: (theta: Vector): number =>
      at.reduce((sum, j) => {
        family.penalty(theta[j]!, out);
        return sum + penalty.dispersion * out[0]!;
      }, 0),

    add(theta: Vector, gradient: Vector, information: Vector): void {
      for (const j of at) {
        family.penalty(theta[j]!, out);
        const place = shared.indexOf(j);
        gradient[place]! += penalty.dispersion * out[1]!;
        information[place * shared.length + place]! -= penalty.dispersion * out[2]!;
      }
    },
  };
}
