import type { VaryingProblem } from "../../src/core/varying.ts";
import { assign } from "../../src/math/assignment.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { type Layout, layoutOf, predictorOf } from "./layout.ts";
import { shifted } from "./polish.ts";
import { type BlockColumns, rowBlocks } from "./row-blocks.ts";
import { CHUNK } from "./runs.ts";
import { windowRows } from "./window.ts";

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
  const layout = layoutOf(problem);
  const compare = comparer(problem, bandwidth);
  const K = problem.components;
  const margin = new Float64Array(grid.length).fill(1);
  const separation = new Float64Array(grid.length).fill(Number.POSITIVE_INFINITY);
  const renumbered: number[] = [];
  for (let g = 0; g < grid.length; g++) {
    if (K === 1) break;
    const at = row(theta, g);
    const moved = g === 0 ? 0 : (grid[g]! - grid[g - 1]!) / bandwidth;
    const before = g === 0 ? undefined : shifted(row(theta, g - 1), layout, moved);
    const { cost, agreement, within } = compare(grid[g]!, before, at);
    separation[g] = smallestBetween(within);
    if (before === undefined) continue;
    const match = bestMatch(cost);
    const isMoved = match.order.some((k, j) => k !== j);
    const isSure = isMoved && isWorthIt(match.order, cost, agreement);
    margin[g] = isMoved && !isSure ? 0 : match.margin;
    if (isSure) {
      renumbered.push(g);
      at.set(renumber(layout, at, match.order));
    }
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

/** Of the components at two parameters, K × K. */
interface Compared {
  /** The distance of each at the first from each at the second. */
  readonly cost: Matrix;
  /** How far they take the same rows: the mean product of their responsibilities. */
  readonly agreement: Matrix;
  /** The distance of each at the second from the others there. */
  readonly within: Matrix;
}

/** A function that compares two parameters at a grid point, or only looks within the second; it reuses what it returns. */
function comparer(problem: VaryingProblem, bandwidth: number) {
  const layout = layoutOf(problem);
  const blocks = rowBlocks(problem, layout);
  const K = layout.components;
  const { weight } = blocks.columns;
  const ofSecond = Array.from({ length: K }, (_, k) => ofComponent(layout, blocks.columns, k));
  const ofFirst = ofSecond.map((vectors) => vectors.map(() => new Float64Array(CHUNK)));
  const [cost, agreement, within] = [matrix(K, K), matrix(K, K), matrix(K, K)];
  const sums = new Float64Array(2);

  function look(at: number, theta: Vector, start: number, count: number): void {
    blocks.predict(at, bandwidth, theta, start, count);
    blocks.complete(start, count, true);
  }

  function keep(): void {
    for (let k = 0; k < K; k++) {
      for (const [j, vector] of ofFirst[k]!.entries()) {
        vector.set(ofSecond[k]![j]!.subarray(0, CHUNK));
      }
    }
  }

  function add(isCompared: boolean, skipped: number, count: number, step: number): void {
    for (let c = 0; c < K; c++) {
      for (let l = 0; l < K; l++) {
        const j = c * K + l;
        if (isCompared) {
          compareRows(ofFirst[c]!, ofSecond[l]!, weight, skipped, count, step, sums);
          cost.data[j]! += sums[0]!;
          agreement.data[j]! += sums[1]!;
        }
        if (c === l) continue;
        compareRows(ofSecond[c]!, ofSecond[l]!, weight, skipped, count, step, sums);
        within.data[j]! += sums[0]!;
      }
    }
  }

  return (at: number, first: Vector | undefined, second: Vector): Compared => {
    const { from, to } = windowRows(problem.u, at, bandwidth);
    const step = Math.max(1, Math.ceil((to - from) / MOST_ROWS));
    for (const { data } of [cost, agreement, within]) data.fill(0);
    let total = 0;
    for (let start = from; start < to; start += CHUNK) {
      const count = Math.min(CHUNK, to - start);
      const skipped = (step - ((start - from) % step)) % step;
      if (first !== undefined) look(at, first, start, count);
      keep();
      look(at, second, start, count);
      for (let m = skipped; m < count; m += step) total += weight[m]!;
      add(first !== undefined, skipped, count, step);
    }
    for (const { data } of [cost, agreement, within]) {
      for (let j = 0; j < data.length; j++) data[j] = data[j]! / total;
    }
    return { cost, agreement, within };
  };
}

/** What is compared of a component, in the order in which `compareRows` takes it. */
function ofComponent(layout: Layout, columns: BlockColumns, k: number): readonly Vector[] {
  const eta = predictorOf(layout, k, 0);
  const always = [columns.probability[k]!, columns.responsibility[k]!, columns.predictor[eta]!];
  const experts = [...always, columns.etaInformation[k]!];
  if (!layout.hasDispersion) return experts;
  return [...experts, columns.predictor[eta + 1]!, columns.sInformation[k]!];
}

/**
 * Of every `step`-th row from `skipped` on, times weights: half the informations of a component times its squared
 * differences from another, a divergence to second order, and the squared difference of their probabilities; and the
 * product of responsibilities.
 */
function compareRows(
  one: readonly Vector[],
  other: readonly Vector[],
  weight: Vector,
  skipped: number,
  count: number,
  step: number,
  out: Vector,
): void {
  const [p, r, eta, etaInformation] = [one[0]!, one[1]!, one[2]!, one[3]!];
  const [otherP, otherR, otherEta] = [other[0]!, other[1]!, other[2]!];
  const [s, sInformation, otherS] = [one[4], one[5], other[4]];
  let [cost, agreement] = [0, 0];
  for (let m = skipped; m < count; m += step) {
    const byEta = eta[m]! - otherEta[m]!;
    const byGate = p[m]! - otherP[m]!;
    let distance = byGate * byGate + 0.5 * etaInformation[m]! * byEta * byEta;
    if (s !== undefined) {
      const byS = s[m]! - otherS![m]!;
      distance += 0.5 * sInformation![m]! * byS * byS;
    }
    cost += weight[m]! * distance;
    agreement += weight[m]! * r[m]! * otherR[m]!;
  }
  out[0] = cost;
  out[1] = agreement;
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
