import {
  type MarginalGradient,
  marginalGradient,
  marginalScores,
} from "../src/core/marginal-gradient.ts";
import type { State, Target } from "../src/core/target.ts";
import { weightedGram } from "../src/math/gram.ts";
import { type Matrix, matrix, type Vector } from "../src/math/matrix.ts";
import type { FreeCoordinates } from "./free-coordinates.ts";

/** Step of differences in units of 1 / √(Σ score²): errors of about 1e-7 of an entry. */
const STEP = 5e-4;
/** Numbers: 4 MB. */
const SCORES_AT_ONCE = 2 ** 19;

/** The likelihood around a state, in free coordinates. */
export interface Information {
  readonly gradient: Vector;
  /** Minus the second derivatives, p × p. */
  readonly observed: Matrix;
  /** Σ_i score_i score_i', p × p. */
  readonly scoreProducts: Matrix;
  /** How far each coordinate may be moved for differences. */
  readonly steps: Vector;
}

/** The information in the rows, plus priorWeight times that in the priors (in `observed` only). */
export function informationAt(
  target: Target,
  state: State,
  free: FreeCoordinates,
  priorWeight: number,
): Information {
  const scores = marginalScores(target);
  const scoreProducts = productsOfScores(scores, target.n, state, free);
  const steps = free.point.map((at, j) => {
    const spread = 1 / Math.sqrt(scoreProducts.data[j * (free.size + 1)]!);
    return STEP * (Number.isFinite(spread) ? spread : Math.max(1, Math.abs(at)));
  });
  const gradientAt = gradientFunction(marginalGradient(target, priorWeight, scores), state, free);
  const gradient = new Float64Array(free.size);
  gradientAt(free.point, gradient);
  return { gradient, scoreProducts, steps, observed: minusSlopes(gradientAt, free.point, steps) };
}

export type VectorField = (point: Vector, out: Vector) => void;

function gradientFunction(
  gradient: MarginalGradient,
  state: State,
  free: FreeCoordinates,
): VectorField {
  const theta = matrix(state.theta.rows, state.theta.columns);
  const gamma = matrix(state.gamma.rows, state.gamma.columns);
  const share = new Float64Array(1);
  return (point, out) => {
    gradient(free.stateAt(point), theta, gamma, share);
    free.gather(theta, gamma, out, share[0]!);
  };
}

/** Minus the derivatives of a gradient by central differences, made symmetric. */
export function minusSlopes(field: VectorField, at: Vector, steps: Vector): Matrix {
  const p = at.length;
  const point = at.slice();
  const above = new Float64Array(p);
  const below = new Float64Array(p);
  const out = matrix(p, p);
  for (let j = 0; j < p; j++) {
    point[j] = at[j]! + steps[j]!;
    field(point, above);
    point[j] = at[j]! - steps[j]!;
    field(point, below);
    point[j] = at[j]!;
    for (let l = 0; l < p; l++) {
      const half = (below[l]! - above[l]!) / (4 * steps[j]!);
      out.data[j * p + l] = out.data[j * p + l]! + half;
      out.data[l * p + j] = out.data[l * p + j]! + half;
    }
  }
  return out;
}

/** Σ_i score_i score_i', of a few rows at a time: scores of all rows would be n × p numbers. */
function productsOfScores(
  scores: ReturnType<typeof marginalScores>,
  n: number,
  state: State,
  free: FreeCoordinates,
): Matrix {
  const p = free.size;
  const K = state.theta.rows;
  const out = matrix(p, p);
  const most = Math.min(n, Math.max(1, Math.floor(SCORES_AT_ONCE / p)));
  const room = new Float64Array(most * p);
  for (let first = 0; first < n; first += most) {
    const some = matrix(Math.min(most, n - first), p, room);
    scores(state, (part, k, factor, weight) => {
      if (part === "gamma" && k === K - 1) return;
      const starts = { theta: 0, gamma: state.theta.data.length, share: p - 1 };
      writeScores(factor, weight, first, some, starts[part] + k * factor.columns);
    });
    const ones = new Float64Array(some.rows).fill(1);
    weightedGram(room, p, undefined, ones, undefined, out.data, new Float64Array(0));
  }
  return out;
}

/** Writes weight[i] times row i of a matrix into a smaller one, for rows from `first` on. */
function writeScores(
  { data, columns: d }: Matrix,
  weight: Vector,
  first: number,
  out: Matrix,
  column: number,
): void {
  for (let i = 0; i < out.rows; i++) {
    const to = i * out.columns + column;
    const from = (first + i) * d;
    for (let j = 0; j < d; j++) out.data[to + j] = weight[first + i]! * data[from + j]!;
  }
}
