import { ROW, type VaryingProblem } from "../../src/core/varying.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import { layoutOf } from "./layout.ts";
import { responsibilitiesOf } from "./search.ts";
import { windowRows } from "./window.ts";

/** ν₀ / μ₂² of the Epanechnikov kernel: 0.6 / 0.2². */
const KERNEL = 15;
const DEGREE = 4;
const STEPS = 8;
const RIDGE = 1e-8;

/** The smallest bandwidth (a share of the range) at which the window of every grid point holds `rows` rows; at most 1. */
export function leastBandwidth(u: Vector, grid: Vector, rows: number): number {
  const enough = (h: number): boolean =>
    grid.every((at) => {
      const { from, to } = windowRows(u, at, h);
      return to - from >= rows;
    });
  if (!enough(1)) return 1;
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 20; halving++) {
    const middle = (low + high) / 2;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * A rule of thumb for the bandwidth: what minimizes the mean squared error of local-linear fits, in units of information,
 * with the variance of all functions and the bias of the experts'. Their coefficients are taken for quartics in the index,
 * fitted to the rows by responsibilities of a pilot (all coefficients varying; grid × dimension). Source: [fan1996] §4.2.
 */
export function plugInBandwidth(
  problem: VaryingProblem,
  grid: Vector,
  pilotBandwidth: number,
  pilot: Matrix,
): number {
  const K = problem.components;
  const responsibility = responsibilitiesOf(problem, grid, pilotBandwidth, pilot);
  let bend = 0;
  for (let k = 0; k < K; k++) bend += curvatureOf(problem, responsibility, k);
  const { values } = layoutOf(problem);
  const functions = K * (values[0] + values[1]) + (K - 1) * values[2];
  return bend > 0 ? ((KERNEL * functions) / bend) ** 0.2 : 1;
}

/** Σ_i r_ik information_i (d²η_k/du²)². */
function curvatureOf(problem: VaryingProblem, r: Vector, k: number): number {
  const { n, components: K, family, offset } = problem;
  const d = problem.experts.varyingColumns * (DEGREE + 1);
  const [x, bent] = [new Float64Array(d), new Float64Array(d)];
  const coefficients = new Float64Array(d);
  const row = new Float64Array(8);
  let s = 0;
  for (let step = 0; step < STEPS; step++) {
    const variance = improve(problem, r, k, s, step === 0, coefficients);
    if (variance === undefined) return 0;
    if (step > 0) s = family.startDispersion(variance);
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    columnsAt(problem, i, x, bent);
    family.differentiate(i, dot(x, coefficients) + offset[i]!, s, row);
    sum += r[i * K + k]! * row[ROW.etaInfo]! * dot(bent, coefficients) ** 2;
  }
  return sum;
}

/**
 * One step of scoring, in place; the first is least squares of the working response. Returns the residual variance of the
 * working response before it, undefined where there is no step.
 */
function improve(
  problem: VaryingProblem,
  r: Vector,
  k: number,
  s: number,
  isFirst: boolean,
  coefficients: Vector,
): number | undefined {
  const { n, components: K, family, offset } = problem;
  const d = coefficients.length;
  const [x, bent, right] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];
  const gram = new Float64Array(d * d);
  const row = new Float64Array(8);
  let [squares, total] = [0, 0];
  for (let i = 0; i < n; i++) {
    columnsAt(problem, i, x, bent);
    const eta = dot(x, coefficients) + offset[i]!;
    family.differentiate(i, eta, s, row);
    const own = r[i * K + k]!;
    const residual = family.working(i) - eta;
    const weight = isFirst ? own : own * row[ROW.etaInfo]!;
    const push = own * (isFirst ? residual : row[ROW.eta]!);
    for (let a = 0; a < d; a++) {
      right[a]! += push * x[a]!;
      for (let b = 0; b <= a; b++) gram[a * d + b]! += weight * x[a]! * x[b]!;
    }
    squares += own * residual * residual;
    total += own;
  }
  for (let a = 0; a < d; a++) gram[a * d + a]! += RIDGE * (1 + gram[a * d + a]!);
  if (!cholesky(gram, d)) return undefined;
  solveCholesky(gram, d, right);
  for (let a = 0; a < d; a++) coefficients[a]! += right[a]!;
  return squares / total;
}

function columnsAt({ experts, u }: VaryingProblem, i: number, x: Vector, bent: Vector): void {
  const v = experts.varyingColumns;
  const centred = u[i]! - 0.5;
  for (let j = 0, at = 0; j < v; j++) {
    const z = experts.varying[i * v + j]!;
    for (let m = 0; m <= DEGREE; m++, at++) {
      x[at] = z * centred ** m;
      bent[at] = m < 2 ? 0 : z * m * (m - 1) * centred ** (m - 2);
    }
  }
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
