import type { VaryingProblem } from "../../src/core/varying.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { type Climber, climber } from "./climb.ts";
import { placesOf } from "./row-columns.ts";
import { type RowInfluences, rowInfluences } from "./row-influence.ts";

/** How linear functions of the parameters at one grid point depend on each row of its window, from row `from` on. */
export interface LocalInfluence {
  readonly from: number;
  /** functions × rows. */
  readonly rows: Matrix;
  /** What each estimate is too large by to second order; 0 where it was not asked for. */
  readonly bias: Vector;
}

/**
 * A function that gives influences at a grid point, of functions given by their gradients (functions × dimension) there;
 * undefined where minus the Hessian of the penalised local likelihood is not positive definite. Functions follow only
 * what varies.
 */
export type LocalInfluenceAt = (
  at: number,
  theta: Vector,
  functions: Matrix,
) => LocalInfluence | undefined;

/** Derivatives by the weights of the rows. */
export function plainInfluence(problem: VaryingProblem, bandwidth: number): LocalInfluenceAt {
  const visit = visitor(problem, bandwidth);
  const v = new Float64Array(visit.layout.predictors);
  return (at, theta, functions) => {
    const found = visit.load(at, theta, functions);
    if (found === undefined) return undefined;
    const { Z, from, count } = found;
    const rows = matrix(functions.rows, count);
    visit.each(theta, (m, kit) => project(kit, Z, kit.score, v, rows, m));
    return { from, rows, bias: new Float64Array(functions.rows) };
  };
}

/**
 * The same with scores as they were at the estimate without the row, one Newton step away; and, if asked for, biases of
 * the maximum to second order. Sources: [efron1982] §3, [cox1968].
 */
export function smallSampleInfluence(
  problem: VaryingProblem,
  bandwidth: number,
  { wantsBias }: { readonly wantsBias: boolean },
): LocalInfluenceAt {
  const visit = visitor(problem, bandwidth);
  const { predictors: P, local } = visit.layout;
  const [M, Q] = [new Float64Array(P * P), new Float64Array(P * P)];
  const [v, t, without] = [new Float64Array(P), new Float64Array(P), new Float64Array(P)];
  return (at, theta, functions) => {
    const found = visit.load(at, theta, functions);
    if (found === undefined) return undefined;
    const { Z, inverse, from, count } = found;
    const rows = matrix(functions.rows, count);
    const push = new Float64Array(local.length);
    const V = wantsBias ? sandwich(visit, theta, inverse) : inverse;
    visit.each(theta, (m, kit) => {
      kit.columns.quadratic(inverse, M);
      kit.leaveOut(M, without);
      project(kit, Z, without, v, rows, m);
      if (!wantsBias) return;
      kit.columns.quadratic(V, Q);
      kit.third(Q, t);
      lessCurvature(kit, M, t, v);
      kit.columns.spread(t, push);
    });
    const bias = Float64Array.from({ length: functions.rows }, (_, f) => dot(row(Z, f), push));
    return { from, rows, bias };
  };
}

/** Goes to grid points and through the rows of their windows. */
interface Visitor {
  readonly layout: Climber["likelihood"]["layout"];
  /** The inverse information (d × d), and gradients times it (functions × d). */
  load(at: number, theta: Vector, functions: Matrix): Visited | undefined;
  /** Rows that were visited since `load` are not differentiated again. */
  each(theta: Vector, visit: (m: number, kit: RowInfluences) => void): void;
}

interface Visited {
  readonly inverse: Vector;
  readonly Z: Matrix;
  readonly from: number;
  readonly count: number;
}

function visitor(problem: VaryingProblem, bandwidth: number): Visitor {
  const climb = climber(problem);
  const { likelihood } = climb;
  const { layout } = likelihood;
  const kit = rowInfluences(likelihood);
  let window = likelihood.load(0, bandwidth);
  let isVisited = false;
  return {
    layout,

    load(at, theta, functions) {
      isVisited = false;
      window = likelihood.load(at, bandwidth);
      const inverse = inverseInformation(climb, theta);
      if (inverse === undefined) return undefined;
      const { from, to } = window;
      return { inverse, Z: solved(functions, layout.local, inverse), from, count: to - from };
    },

    each(theta, visit) {
      for (let i = window.from; i < window.to; i++) {
        if (isVisited) kit.recall(window, i);
        else kit.load(window, i, theta);
        visit(i - window.from, kit);
      }
      isVisited = true;
    },
  };
}

/** out[f, m] = score' x z_f. */
function project(
  { columns }: RowInfluences,
  Z: Matrix,
  score: Vector,
  scratch: Vector,
  out: Matrix,
  m: number,
): void {
  for (let f = 0; f < Z.rows; f++) {
    columns.project(Z.data, f * Z.columns, scratch);
    out.data[f * out.columns + m] = dot(score, scratch);
  }
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
function sandwich(visit: Visitor, theta: Vector, inverse: Vector): Vector {
  const d = visit.layout.local.length;
  const meat = new Float64Array(d * d);
  const own = new Float64Array(d);
  visit.each(theta, (_, kit) => {
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
