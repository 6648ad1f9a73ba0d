import { marginalGradient, marginalScores } from "../src/core/marginal-gradient.ts";
import type { State, Target } from "../src/core/target.ts";
import { weightedGram } from "../src/math/gram.ts";
import { type Matrix, matrix, type Vector } from "../src/math/matrix.ts";
import type { FreeCoordinates } from "./free-coordinates.ts";

/** Step of differences in units of 1 / √(Σ score²): errors of about 1e-7 of an entry. */
const STEP = 5e-4;

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
  const scoreProducts = productsOfScores(target, state, free);
  const steps = free.point.map((at, j) => {
    const spread = 1 / Math.sqrt(scoreProducts.data[j * (free.size + 1)]!);
    return STEP * (Number.isFinite(spread) ? spread : Math.max(1, Math.abs(at)));
  });
  const gradientAt = gradientFunction(target, state, free, priorWeight);
  const gradient = new Float64Array(free.size);
  gradientAt(free.point, gradient);
  return { gradient, scoreProducts, steps, observed: minusSlopes(gradientAt, free.point, steps) };
}

type VectorField = (point: Vector, out: Vector) => void;

function gradientFunction(
  target: Target,
  state: State,
  free: FreeCoordinates,
  priorWeight: number,
): VectorField {
  const gradient = marginalGradient(target, priorWeight);
  const theta = matrix(state.theta.rows, state.theta.columns);
  const gamma = matrix(state.gamma.rows, state.gamma.columns);
  return (point, out) => {
    gradient(free.stateAt(point), theta, gamma);
    free.gather(theta, gamma, out);
  };
}

/** Minus the derivatives of a gradient by central differences, made symmetric. */
function minusSlopes(field: VectorField, at: Vector, steps: Vector): Matrix {
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

function productsOfScores(target: Target, state: State, free: FreeCoordinates): Matrix {
  const { n } = target;
  const p = free.size;
  const K = state.theta.rows;
  const all = matrix(n, p);
  marginalScores(target)(state, (part, k, factor, weight) => {
    if (part === "gamma" && k === K - 1) return;
    const start = part === "theta" ? 0 : state.theta.data.length;
    writeScores(factor, weight, all, start + k * factor.columns);
  });
  const out = matrix(p, p);
  const ones = new Float64Array(n).fill(1);
  weightedGram(all.data, p, undefined, ones, undefined, out.data, new Float64Array(0));
  return out;
}

/** Writes weight[i] times row i of a matrix into row i of another, from a column on. */
function writeScores(factor: Matrix, weight: Vector, out: Matrix, column: number): void {
  const d = factor.columns;
  for (let i = 0; i < factor.rows; i++) {
    const to = i * out.columns + column;
    for (let j = 0; j < d; j++) out.data[to + j] = weight[i]! * factor.data[i * d + j]!;
  }
}
