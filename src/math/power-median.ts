import { cholesky, solveCholesky } from "./cholesky.ts";
import { type Matrix, matrix, row, type Vector } from "./matrix.ts";
import { newton } from "./newton.ts";
import { ascendingOrder } from "./radix-order.ts";

/** Σ weight[i] ‖points[i] − t‖^power[i] as a function of t; convex, as every power is 1 or more. */
export interface PowerDistances {
  /** n × q. */
  readonly points: Matrix;
  /** Length n, 0 or more. */
  readonly weight: Vector;
  /** Length n, each 1 or at least 2. */
  readonly power: Vector;
}

/** Where such a sum is least, and by how much at most its value there exceeds the least. */
export interface PowerMedian {
  readonly point: Vector;
  readonly value: number;
  readonly gap: number;
}

const MOST_BISECTIONS = 2000;
const NEWTON_TOLERANCE = 1e-26;
const MOST_POLISHES = 60;

/** The greatest t that minimises Σ weight[i] |x[i] − t|. weight: 0 or more, not all 0. */
export function weightedMedian(x: Vector, weight: Vector): number {
  const half = weight.reduce((sum, w) => sum + w, 0) / 2;
  let above = 0;
  for (const i of ascendingOrder(x).reverse()) {
    above += weight[i]!;
    if (above >= half && weight[i]! > 0) return x[i]!;
  }
  return Number.NaN;
}

function distanceTo(point: Vector, t: Vector): number {
  let total = 0;
  for (let c = 0; c < t.length; c++) total += (point[c]! - t[c]!) ** 2;
  return Math.sqrt(total);
}

/** The sum at t. */
export function powerDistance({ points, weight, power }: PowerDistances, t: Vector): number {
  let total = 0;
  for (let i = 0; i < points.rows; i++) {
    total += weight[i]! * distanceTo(row(points, i), t) ** power[i]!;
  }
  return total;
}

/** Writes the gradient at t, without terms of power 1 whose point is t; returns the weight of these. */
function gradient({ points, weight, power }: PowerDistances, t: Vector, out: Vector): number {
  let kink = 0;
  out.fill(0);
  for (let i = 0; i < points.rows; i++) {
    const point = row(points, i);
    const length = distanceTo(point, t);
    if (length === 0 && power[i] === 1) kink += weight[i]!;
    if (length === 0) continue;
    const factor = weight[i]! * power[i]! * length ** (power[i]! - 2);
    for (let c = 0; c < t.length; c++) out[c]! += factor * (t[c]! - point[c]!);
  }
  return kink;
}

const norm = (x: Vector): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));

/**
 * The point of least sum. One dimension: bisection of the increasing derivative, over [from, to] if
 * given. More: if no point is itself optimal, Newton's method from below the value at every point,
 * where the sum is smooth. The gap follows from convexity, as the minimum lies in the hull of the
 * points.
 */
export function powerMedian(
  sum: PowerDistances,
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): PowerMedian {
  const { points } = sum;
  if (points.columns === 0 || points.rows === 0) {
    return { point: new Float64Array(points.columns), value: 0, gap: 0 };
  }
  return points.columns === 1 ? onLine(sum, from, to) : inSpace(sum);
}

function onLine(sum: PowerDistances, from: number, to: number): PowerMedian {
  const { data } = sum.points;
  const clamp = (x: number) => Math.min(Math.max(x, from), to);
  const slope = new Float64Array(1);
  const at = new Float64Array(1);
  const derivative = (x: number): number => {
    at[0] = x;
    gradient(sum, at, slope);
    return slope[0]!;
  };
  let low = clamp(data.reduce((a, b) => Math.min(a, b)));
  let high = clamp(data.reduce((a, b) => Math.max(a, b)));
  for (let count = 0; count < MOST_BISECTIONS; count++) {
    const middle = (low + high) / 2;
    if (!(middle > low && middle < high)) break;
    if (derivative(middle) < 0) low = middle;
    else high = middle;
  }
  const steepest = Math.max(Math.abs(derivative(low)), Math.abs(derivative(high)));
  const candidates = [low, high, ...data].filter((x) => x >= from && x <= to);
  const best = candidates
    .map((x) => ({ x, value: powerDistance(sum, Float64Array.of(x)) }))
    .reduce((a, b) => (b.value < a.value ? b : a));
  return { point: Float64Array.of(best.x), value: best.value, gap: (high - low) * steepest };
}

function inSpace(sum: PowerDistances): PowerMedian {
  const { points } = sum;
  const q = points.columns;
  const slope = new Float64Array(q);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.rows; i++) {
    const value = powerDistance(sum, row(points, i));
    if (!(value < least)) continue;
    best = i;
    least = value;
  }
  const point = row(points, best).slice();
  const kink = gradient(sum, point, slope);
  const pull = norm(slope);
  if (pull <= kink) return { point, value: least, gap: 0 };
  if (kink > 0) leave(sum, point, slope, least);
  climbDown(sum, point);
  const value = powerDistance(sum, point);
  gradient(sum, point, slope);
  let reach = 0;
  for (let i = 0; i < points.rows; i++) reach = Math.max(reach, distanceTo(row(points, i), point));
  return { point, value, gap: norm(slope) * reach };
}

/** Moves off a point that is not optimal, along the steepest descent, until the sum is less than there. */
function leave(sum: PowerDistances, point: Vector, slope: Vector, value: number): void {
  const start = point.slice();
  const far = sum.points.data.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  for (let length = far / norm(slope), count = 0; count < MOST_BISECTIONS; length /= 2, count++) {
    for (let c = 0; c < point.length; c++) point[c] = start[c]! - length * slope[c]!;
    if (powerDistance(sum, point) < value) return;
  }
  point.set(start);
}

/** Newton's method by values, then, where values no longer tell points apart, by the gradient. */
function climbDown(sum: PowerDistances, point: Vector): void {
  const q = point.length;
  const hessian = matrix(q, q);
  const slope = new Float64Array(q);
  const newtonStep = (t: Vector, step: Vector): number => {
    gradient(sum, t, slope);
    curvature(sum, t, hessian);
    if (!cholesky(hessian.data, q)) return 0;
    for (let c = 0; c < q; c++) step[c] = -slope[c]!;
    solveCholesky(hessian.data, q, step);
    let promised = 0;
    for (let c = 0; c < q; c++) promised -= slope[c]! * step[c]!;
    return promised;
  };
  const evaluate = (t: Vector) => -powerDistance(sum, t);
  newton({ dimension: q, evaluate, newtonStep })(point, NEWTON_TOLERANCE);
  const step = new Float64Array(q);
  const next = new Float64Array(q);
  for (let round = 0; round < MOST_POLISHES; round++) {
    if (!(newtonStep(point, step) > 0)) return;
    const before = norm(slope);
    for (let c = 0; c < q; c++) next[c] = point[c]! + step[c]!;
    gradient(sum, next, slope);
    if (!(norm(slope) < before)) return;
    point.set(next);
  }
}

/** The Hessian at t, which must not be a point of power 1. */
function curvature({ points, weight, power }: PowerDistances, t: Vector, out: Matrix): void {
  out.data.fill(0);
  const difference = new Float64Array(t.length);
  for (let i = 0; i < points.rows; i++) {
    const point = row(points, i);
    const length = distanceTo(point, t);
    const excess = power[i]! - 2;
    if (length === 0 && excess > 0) continue;
    const factor = weight[i]! * power[i]! * (excess === 0 ? 1 : length ** excess);
    const along = excess === 0 ? 0 : excess / (length * length);
    for (let c = 0; c < t.length; c++) difference[c] = t[c]! - point[c]!;
    addOuter(out, factor, along, difference);
  }
}

/** Adds factor (I + along · d d'). */
function addOuter({ columns: q, data }: Matrix, factor: number, along: number, d: Vector): void {
  for (let c = 0; c < q; c++) {
    data[c * q + c]! += factor;
    for (let e = 0; e < q; e++) data[c * q + e]! += factor * along * d[c]! * d[e]!;
  }
}
