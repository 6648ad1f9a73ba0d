import type { Vector } from "../../src/math/matrix.ts";
import type { Layout } from "./layout.ts";
import type { Window } from "./window.ts";

/** The columns of one row of a window, by predictor, against vectors over the d parameters that vary. */
export interface RowColumns {
  load(window: Window, i: number): void;
  /** x_p' S x_q for a symmetric S (d × d): P × P. */
  quadratic(S: Vector, out: Vector): void;
  /** x_p' z, z at `offset`: P numbers. */
  project(z: Vector, offset: number, out: Vector): void;
  /** Adds Σ_p c_p x_p to out (d). */
  spread(c: Vector, out: Vector): void;
}

export function rowColumns({
  predictors: P,
  kind,
  first,
  width,
  local,
  dimension,
}: Layout): RowColumns {
  const d = local.length;
  const place = placesOf(dimension, local);
  /** Column of the predictor, and where it stands among what varies. */
  const columns = kind.map((of, p) =>
    Array.from({ length: width[of] }, (_, j) => j).filter((j) => place[first[p]! + j]! >= 0),
  );
  const places = columns.map((some, p) => Int32Array.from(some, (j) => place[first[p]! + j]!));
  const x = columns.map((some) => new Float64Array(some.length));

  function block(S: Vector, p: number, q: number): number {
    const a = places[p]!;
    const b = places[q]!;
    const xa = x[p]!;
    const xb = x[q]!;
    let sum = 0;
    for (let j = 0; j < a.length; j++) {
      const from = a[j]! * d;
      let inner = 0;
      for (let l = 0; l < b.length; l++) inner += S[from + b[l]!]! * xb[l]!;
      sum += xa[j]! * inner;
    }
    return sum;
  }

  return {
    load({ from, stride, designs }, i) {
      for (let p = 0; p < P; p++) {
        const X = designs[kind[p]!];
        const some = columns[p]!;
        for (let j = 0; j < some.length; j++) x[p]![j] = X[some[j]! * stride + i - from]!;
      }
    },

    quadratic(S, out) {
      for (let p = 0; p < P; p++) {
        for (let q = 0; q <= p; q++) {
          const value = block(S, p, q);
          out[p * P + q] = value;
          out[q * P + p] = value;
        }
      }
    },

    project(z, offset, out) {
      for (let p = 0; p < P; p++) {
        const at = places[p]!;
        const values = x[p]!;
        let sum = 0;
        for (let j = 0; j < at.length; j++) sum += values[j]! * z[offset + at[j]!]!;
        out[p] = sum;
      }
    },

    spread(c, out) {
      for (let p = 0; p < P; p++) {
        const at = places[p]!;
        const values = x[p]!;
        for (let j = 0; j < at.length; j++) out[at[j]!]! += c[p]! * values[j]!;
      }
    },
  };
}

/** Where each position stands among the given ones, else −1. */
export function placesOf(dimension: number, positions: Int32Array): Int32Array {
  const place = new Int32Array(dimension).fill(-1);
  positions.forEach((position, j) => {
    place[position] = j;
  });
  return place;
}
