import { ROW, type VaryingProblem } from "../../src/core/varying.ts";
import { assign } from "../../src/math/assignment.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { type Layout, predictorOf } from "./layout.ts";
import { type LocalLikelihood, localLikelihood } from "./local-likelihood.ts";
import { shifted } from "./polish.ts";
import type { Window } from "./window.ts";

/** How sure the matching of a grid point to the one before is. */
export interface Alignment {
  /**
   * Of each grid point but the first: how much worse the second best matching is, relative to it; 1 for one component, 0
   * where components stay although the lines would be better exchanged.
   */
  readonly margin: Vector;
  /** Of each grid point: the smallest distance of two components (mean squared difference in units of information). */
  readonly separation: Vector;
  /** Grid points whose components had to be renumbered. */
  readonly renumbered: number[];
}

/** Rows of a window that components are compared at. */
const MOST_ROWS = 200;
const FORBIDDEN = 1e12;
/** What an exchange must leave of the distance, at most: lines of overlapping components come near each other by chance. */
const MUCH_NEARER = 0.5;

/**
 * Renumbers the components of each grid point to match those of the point before, whose lines are prolonged to it, where
 * two optimal assignments are the same: the one by squared differences of predictors in units of information, and of
 * probabilities, which must at least halve them, and the one by the responsibilities of the rows. Where either says
 * otherwise components stay as they are: one exchange too many is wrong all the way to the end.
 */
export function align(
  problem: VaryingProblem,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
): Alignment {
  const likelihood = localLikelihood(problem);
  const compare = comparer(problem, likelihood);
  const K = problem.components;
  const margin = new Float64Array(grid.length).fill(1);
  const separation = new Float64Array(grid.length).fill(Number.POSITIVE_INFINITY);
  const renumbered: number[] = [];
  const cost = matrix(K, K);
  const agreement = matrix(K, K);
  for (let g = 0; g < grid.length; g++) {
    if (K === 1) break;
    const window = likelihood.load(grid[g]!, bandwidth);
    const at = row(theta, g);
    if (g > 0) {
      const moved = (grid[g]! - grid[g - 1]!) / bandwidth;
      const before = shifted(row(theta, g - 1), likelihood.layout, moved);
      compare(window, before, at, cost, agreement);
      const match = bestMatch(cost);
      const isMoved = match.order.some((k, j) => k !== j);
      const isSure = isMoved && isWorthIt(match.order, cost, agreement);
      margin[g] = isMoved && !isSure ? 0 : match.margin;
      if (isSure) {
        renumbered.push(g);
        at.set(renumber(likelihood.layout, at, match.order));
      }
    }
    compare(window, at, at, cost, agreement);
    separation[g] = smallestBetween(cost);
  }
  return { margin, separation, renumbered };
}

/** The parameters with component order[c] in place c. */
export function renumber(layout: Layout, theta: Vector, order: ArrayLike<number>): Vector {
  const { components: K, first, width, gateFrom, hasDispersion } = layout;
  const out = theta.slice();
  const d = width[0] + (hasDispersion ? width[1] : 0);
  for (let c = 0; c < K; c++) {
    const from = first[predictorOf(layout, order[c]!, 0)]!;
    out.set(theta.subarray(from, from + d), first[predictorOf(layout, c, 0)]!);
  }
  const logit = (c: number, j: number): number =>
    c < K - 1 ? theta[first[gateFrom + c]! + j]! : 0;
  for (let c = 0; c < K - 1; c++) {
    for (let j = 0; j < width[2]; j++) {
      out[first[gateFrom + c]! + j] = logit(order[c]!, j) - logit(order[K - 1]!, j);
    }
  }
  return out;
}

/**
 * A function that writes the distance of each component at the first parameters from each at the second, and how far they
 * take the same rows: the mean product of their responsibilities (both K × K).
 */
function comparer(problem: VaryingProblem, { layout, predict, terms }: LocalLikelihood) {
  const { components: K, predictors: P, hasDispersion } = layout;
  const [before, after] = [new Float64Array(P), new Float64Array(P)];
  const [probability, taken] = [new Float64Array(K), new Float64Array(K)];
  const out = new Float64Array(8);

  /** Half the information at the first times the squared difference: a divergence to second order. */
  function distance(i: number, c: number, l: number): number {
    const a = predictorOf(layout, c, 0);
    const b = predictorOf(layout, l, 0);
    const s = hasDispersion ? before[a + 1]! : 0;
    problem.family.differentiate(i, before[a]! + problem.offset[i]!, s, out);
    const bySlope = 0.5 * out[ROW.etaInfo]! * (before[a]! - after[b]!) ** 2;
    const byGate = (probability[c]! - terms.probability[l]!) ** 2;
    if (!hasDispersion) return bySlope + byGate;
    return bySlope + byGate + 0.5 * out[ROW.sInfo]! * (s - after[b + 1]!) ** 2;
  }

  return (
    { from, to, weight }: Window,
    first: Vector,
    second: Vector,
    cost: Matrix,
    agreement: Matrix,
  ): void => {
    const step = Math.max(1, Math.ceil((to - from) / MOST_ROWS));
    cost.data.fill(0);
    agreement.data.fill(0);
    let total = 0;
    for (let i = from; i < to; i += step) {
      predict(i, first, before);
      terms.value(i, before);
      probability.set(terms.probability);
      taken.set(terms.responsibility);
      predict(i, second, after);
      terms.value(i, after);
      const w = weight[i - from]!;
      total += w;
      for (let c = 0; c < K; c++) {
        for (let l = 0; l < K; l++) {
          cost.data[c * K + l]! += w * distance(i, c, l);
          agreement.data[c * K + l]! += w * taken[c]! * terms.responsibility[l]!;
        }
      }
    }
    for (let j = 0; j < cost.data.length; j++) {
      cost.data[j] = cost.data[j]! / total;
      agreement.data[j] = agreement.data[j]! / total;
    }
  };
}

/** order[c] = the column matched to row c at least cost, and how much worse the second best matching is. */
function bestMatch(cost: Matrix): { order: Int32Array; margin: number } {
  const K = cost.rows;
  const order = new Int32Array(K);
  const other = new Int32Array(K);
  const score = matrix(
    K,
    K,
    cost.data.map((value) => -value),
  );
  assign(score, order);
  const best = totalOf(cost, order);
  let second = Number.POSITIVE_INFINITY;
  for (let c = 0; c < K; c++) {
    const at = c * K + order[c]!;
    score.data[at] = -FORBIDDEN;
    assign(score, other);
    second = Math.min(second, totalOf(cost, other));
    score.data[at] = -cost.data[at]!;
  }
  return { order, margin: second > 0 ? (second - best) / second : 0 };
}

/** Whether an exchange that brings lines together at least halves their distances, and is that of the responsibilities. */
function isWorthIt(order: Int32Array, cost: Matrix, agreement: Matrix): boolean {
  const stay = order.map((_, c) => c);
  if (totalOf(cost, order) > MUCH_NEARER * totalOf(cost, stay)) return false;
  const taking = new Int32Array(order.length);
  assign(agreement, taking);
  return order.every((l, c) => l === taking[c]);
}

const totalOf = ({ data, columns }: Matrix, matched: Int32Array): number =>
  matched.reduce((sum, l, c) => sum + data[c * columns + l]!, 0);

function smallestBetween({ rows: K, data }: Matrix): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let c = 0; c < K; c++) {
    for (let l = 0; l < K; l++) if (l !== c) smallest = Math.min(smallest, data[c * K + l]!);
  }
  return smallest;
}
