import type { Vector } from "../../src/math/matrix.ts";
import { semiCholesky } from "../../src/math/semi-cholesky.ts";
import type { LocalLikelihood } from "./local-likelihood.ts";
import { type RowColumns, rowColumns } from "./row-columns.ts";
import type { Window } from "./window.ts";

/**
 * Least pivot left of the identity less a row's leverage: beyond it one Newton step goes several times as far as leaving the
 * row out does. At 0.3 standard errors are, by median, 1.0 to 1.1 times those of rows really left out.
 */
const LEAST_PIVOT = 0.3;
/** Shares of a row's leverage that are tried. */
const SHARES = [1, 0.8, 0.6, 0.4, 0.2];
/** Steps of second differences, in standard errors of the predictors. */
const STEP = 0.1;

/** Derivatives of one row of a window by its P predictors, all times its weight. */
export interface RowInfluences {
  readonly columns: RowColumns;
  load(window: Window, i: number, theta: Vector): void;
  /** The same of a row of this window that was loaded before, at the same parameters. */
  recall(window: Window, i: number): void;
  weight(): number;
  readonly score: Vector;
  /** Minus the second derivatives, P × P. */
  readonly information: Vector;
  /** Writes the score as it is at the estimate without the row, one Newton step away; M (P × P) is the predictors' x' A⁻¹ x. */
  leaveOut(M: Vector, out: Vector): void;
  /** Writes half the third derivatives along Q (P × P, positive semi-definite). */
  third(Q: Vector, out: Vector): void;
}

export function rowInfluences({ layout, terms, predict }: LocalLikelihood): RowInfluences {
  const { predictors: P } = layout;
  const columns = rowColumns(layout);
  const [predictors, moved] = [new Float64Array(P), new Float64Array(P)];
  const [slope, other, score] = [new Float64Array(P), new Float64Array(P), new Float64Array(P)];
  const [bend, unused] = [new Float64Array(P * P), new Float64Array(P * P)];
  const information = new Float64Array(P * P);
  const [system, factor] = [new Float64Array(P * P), new Float64Array(P * P)];
  const memory = rowMemory([predictors, slope, score, information]);
  let [row, weight] = [0, 0];

  /** Adds the slopes at the predictors moved along column m of the factor. */
  function addMoved(m: number, by: number, out: Vector): void {
    for (let p = 0; p < P; p++) moved[p] = predictors[p]! + by * factor[p * P + m]!;
    terms.differentiate(row, moved, other, unused, "complete");
    for (let p = 0; p < P; p++) out[p]! += other[p]!;
  }

  return {
    ...{ columns, score, information },
    weight: () => weight,

    load(window, i, theta) {
      row = i;
      weight = window.weight[i - window.from]!;
      columns.load(window, i);
      predict(i, theta, predictors);
      terms.differentiate(i, predictors, slope, bend, "observed");
      for (let p = 0; p < P; p++) {
        score[p] = weight * slope[p]!;
        for (let q = 0; q <= p; q++) {
          information[p * P + q] = weight * bend[p * P + q]!;
          information[q * P + p] = information[p * P + q]!;
        }
      }
      memory.keep(i - window.from);
    },

    recall(window, i) {
      row = i;
      weight = window.weight[i - window.from]!;
      columns.load(window, i);
      memory.recall(i - window.from);
    },

    leaveOut(M, out) {
      for (const share of SHARES) {
        leverage(information, M, share, P, system);
        out.set(score);
        if (eliminate(system, P, out)) return;
      }
      out.set(score);
    },

    third(Q, out) {
      out.fill(0);
      semiCholesky(Q, P, factor);
      for (let m = 0; m < P; m++) {
        if (factor[m * P + m] === 0) continue;
        addMoved(m, STEP, out);
        addMoved(m, -STEP, out);
        for (let p = 0; p < P; p++) out[p]! -= 2 * slope[p]!;
      }
      const scale = (0.5 * weight) / (STEP * STEP);
      for (let p = 0; p < P; p++) out[p] = out[p]! * scale;
    },
  };
}

/** Keeps what some vectors hold, row after row of a window, and puts it back. */
function rowMemory(vectors: readonly Vector[]) {
  const stride = vectors.reduce((sum, { length }) => sum + length, 0);
  let kept = new Float64Array(256 * stride);
  return {
    keep(m: number): void {
      if (kept.length < (m + 1) * stride) {
        const more = new Float64Array(2 * kept.length);
        more.set(kept);
        kept = more;
      }
      let at = m * stride;
      for (const values of vectors) {
        for (let j = 0; j < values.length; j++) kept[at++] = values[j]!;
      }
    },

    recall(m: number): void {
      let at = m * stride;
      for (const values of vectors) {
        for (let j = 0; j < values.length; j++) values[j] = kept[at++]!;
      }
    },
  };
}

/** out = I − share J M. */
function leverage(J: Vector, M: Vector, share: number, P: number, out: Vector): void {
  for (let p = 0; p < P; p++) {
    for (let q = 0; q < P; q++) {
      let sum = 0;
      for (let r = 0; r < P; r++) sum += J[p * P + r]! * M[r * P + q]!;
      out[p * P + q] = (p === q ? 1 : 0) - share * sum;
    }
  }
}

/** b ← A⁻¹ b, without exchange of rows; A is spoilt. False, with b spoilt, where a pivot is small. */
function eliminate(A: Vector, P: number, b: Vector): boolean {
  for (let k = 0; k < P; k++) {
    const pivot = A[k * P + k]!;
    if (!(pivot > LEAST_PIVOT)) return false;
    for (let i = k + 1; i < P; i++) {
      const times = A[i * P + k]! / pivot;
      for (let j = k + 1; j < P; j++) A[i * P + j]! -= times * A[k * P + j]!;
      b[i]! -= times * b[k]!;
    }
  }
  for (let i = P - 1; i >= 0; i--) {
    for (let j = i + 1; j < P; j++) b[i]! -= A[i * P + j]! * b[j]!;
    b[i] = b[i]! / A[i * P + i]!;
  }
  return true;
}
