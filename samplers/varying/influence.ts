import type { VaryingProblem } from "../../src/core/varying.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { type Climber, climber } from "./climb.ts";
import { placesOf } from "./row-columns.ts";
import { type RowInfluences, rowInfluences } from "./row-influence.ts";

/** How linear functions of the parameters at one grid point depend on each row of its window, from row `from` on. */
export interface PointInfluence {
  readonly from: number;
  /** functions × rows: the derivative by the weight of a row. */
  readonly plain: Matrix;
  /** The same with scores as they were at the estimate without the row (one Newton step). */
  readonly corrected: Matrix;
  /** What the estimate is too large by to second order, by function. */
  readonly bias: Vector;
}

/**
 * A function that gives influences at a grid point, of functions given by their gradients (functions × dimension) there;
 * undefined where minus the Hessian of the penalised local likelihood is not positive definite. Functions follow only
 * what varies. Sources: [efron1982] §6, [cox1968].
 */
export function localInfluence(problem: VaryingProblem, bandwidth: number) {
  const climb = climber(problem);
  const { layout } = climb.likelihood;
  const kit = rowInfluences(climb.likelihood);
  const { columns } = kit;
  const { predictors: P } = layout;
  const scratch = {
    M: new Float64Array(P * P),
    Q: new Float64Array(P * P),
    v: new Float64Array(P),
    t: new Float64Array(P),
    without: new Float64Array(P),
  };

  return (at: number, theta: Vector, functions: Matrix): PointInfluence | undefined => {
    const window = climb.likelihood.load(at, bandwidth);
    const inverse = inverseInformation(climb, theta);
    if (inverse === undefined) return undefined;
    const rows = { from: window.from, to: window.to };
    const each = (visit: (m: number) => void): void => {
      for (let i = rows.from; i < rows.to; i++) {
        kit.load(window, i, theta);
        visit(i - rows.from);
      }
    };
    const Z = solved(functions, layout.local, inverse);
    const V = sandwich(kit, each, inverse);
    const count = rows.to - rows.from;
    const plain = matrix(functions.rows, count);
    const corrected = matrix(functions.rows, count);
    const push = new Float64Array(layout.local.length);
    const { M, Q, v, t, without } = scratch;
    each((m) => {
      columns.quadratic(inverse, M);
      kit.leaveOut(M, without);
      for (let f = 0; f < functions.rows; f++) {
        columns.project(Z.data, f * Z.columns, v);
        plain.data[f * count + m] = dot(kit.score, v);
        corrected.data[f * count + m] = dot(without, v);
      }
      columns.quadratic(V, Q);
      kit.third(Q, t);
      lessCurvature(kit, M, t, v);
      columns.spread(t, push);
    });
    const bias = Float64Array.from({ length: functions.rows }, (_, f) => dot(row(Z, f), push));
    return { from: rows.from, plain, corrected, bias };
  };
}

/**
 * A function that gives the plain influences alone, of one function of the parameters after another (functions × rows of
 * the window); undefined where the information is not positive definite.
 */
export function plainInfluence(problem: VaryingProblem, bandwidth: number) {
  const climb = climber(problem);
  const kit = rowInfluences(climb.likelihood);
  const v = new Float64Array(climb.likelihood.layout.predictors);
  return (at: number, theta: Vector, functions: Matrix) => {
    const window = climb.likelihood.load(at, bandwidth);
    const inverse = inverseInformation(climb, theta);
    if (inverse === undefined) return undefined;
    const Z = solved(functions, climb.likelihood.layout.local, inverse);
    const { from, to } = window;
    const values = new Float64Array(functions.rows * (to - from));
    for (let i = from; i < to; i++) {
      kit.load(window, i, theta);
      for (let f = 0; f < functions.rows; f++) {
        kit.columns.project(Z.data, f * Z.columns, v);
        values[f * (to - from) + i - from] = dot(kit.score, v);
      }
    }
    return { from, values };
  };
}

/** (d × d) over what varies. */
function inverseInformation({ likelihood, derivatives }: Climber, theta: Vector) {
  const { dimension: D, local } = likelihood.layout;
  const d = local.length;
  const gradient = new Float64Array(D);
  const information = new Float64Array(D * D);
  derivatives(theta, gradient, information, "observed");
  const factor = new Float64Array(d * d);
  for (let a = 0; a < d; a++) {
    for (let b = 0; b <= a; b++) factor[a * d + b] = information[local[a]! * D + local[b]!]!;
  }
  if (!cholesky(factor, d)) return undefined;
  const inverse = new Float64Array(d * d);
  for (let a = 0; a < d; a++) {
    const column = inverse.subarray(a * d, (a + 1) * d);
    column[a] = 1;
    solveCholesky(factor, d, column);
  }
  return inverse;
}

/** Gradients by what varies, times the inverse. */
function solved(functions: Matrix, local: Int32Array, inverse: Vector): Matrix {
  const d = local.length;
  const place = placesOf(functions.columns, local);
  const out = matrix(functions.rows, d);
  for (let f = 0; f < functions.rows; f++) {
    const gradient = row(functions, f);
    const z = row(out, f);
    gradient.forEach((value, position) => {
      const a = place[position]!;
      if (a < 0 || value === 0) return;
      for (let b = 0; b < d; b++) z[b]! += value * inverse[a * d + b]!;
    });
  }
  return out;
}

/** The sandwich of what varies (d × d). */
function sandwich(kit: RowInfluences, each: (visit: (m: number) => void) => void, inverse: Vector) {
  const d = Math.sqrt(inverse.length);
  const meat = new Float64Array(d * d);
  const own = new Float64Array(d);
  each(() => {
    own.fill(0);
    kit.columns.spread(kit.score, own);
    for (let a = 0; a < d; a++) {
      if (own[a] !== 0) for (let b = 0; b < d; b++) meat[a * d + b]! += own[a]! * own[b]!;
    }
  });
  return multiply(inverse, multiply(meat, inverse, d), d);
}

/** t ← t − w J M score. */
function lessCurvature(
  { information: J, score }: RowInfluences,
  M: Vector,
  t: Vector,
  scratch: Vector,
) {
  const P = t.length;
  for (let p = 0; p < P; p++) {
    scratch[p] = 0;
    for (let q = 0; q < P; q++) scratch[p]! += M[p * P + q]! * score[q]!;
  }
  for (let p = 0; p < P; p++) {
    for (let q = 0; q < P; q++) t[p]! -= J[p * P + q]! * scratch[q]!;
  }
}

function multiply(A: Vector, B: Vector, d: number): Vector {
  const out = new Float64Array(d * d);
  for (let a = 0; a < d; a++) {
    for (let k = 0; k < d; k++) {
      const value = A[a * d + k]!;
      if (value !== 0) for (let b = 0; b < d; b++) out[a * d + b]! += value * B[k * d + b]!;
    }
  }
  return out;
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
