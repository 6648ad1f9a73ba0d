import type { PointLayout } from "../../src/core/marginal-derivatives.ts";
import { assign } from "../../src/math/assignment.ts";
import { type Matrix, matrix, type Vector } from "../../src/math/matrix.ts";

/** What a component is told by: its gate row less the mean of all rows, then its expert's coordinates. */
export const traitsOf = ({ q, d }: PointLayout): number => q + d;

/**
 * One numbering out of K! for every point: that in which components lie closest to fixed places, by the sum over
 * components of squared distances. Points in that numbering are the canonical ones, a fundamental domain of relabelling.
 */
export interface Labels {
  /** Writes the traits of every component of a point (K × traits). */
  traits(point: Vector, out: Matrix): void;
  /** Writes out[l], the component of the point that belongs in place l. */
  order(point: Vector, out: Int32Array): void;
  isCanonical(point: Vector): boolean;
}

/** places: K × traits; inverse: of each trait, one over a variance. Both may be rewritten between calls. */
export function labelsAt(layout: PointLayout, places: Matrix, inverse: Vector): Labels {
  const { components: K, q, d } = layout;
  const own = matrix(K, traitsOf(layout));
  const cost = matrix(K, K);
  const nearest = new Int32Array(K);
  const seen = new Uint8Array(K);

  function traits(point: Vector, out: Matrix): void {
    for (let j = 0; j < q; j++) centre(point, j, out);
    for (let k = 0; k < K; k++) {
      const from = layout.expert(k);
      for (let j = 0; j < d; j++) out.data[k * out.columns + q + j] = point[from + j]!;
    }
  }

  /** Column j of the gate's rows less its mean; the last row of contrasts is zero. */
  function centre(point: Vector, j: number, { columns, data }: Matrix): void {
    let mean = 0;
    for (let k = 0; k < K - 1; k++) mean += point[k * q + j]! / K;
    for (let k = 0; k < K - 1; k++) data[k * columns + j] = point[k * q + j]! - mean;
    data[(K - 1) * columns + j] = -mean;
  }

  function distance(k: number, l: number): number {
    const { columns, data } = own;
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const gap = data[k * columns + j]! - places.data[l * columns + j]!;
      sum += gap * gap * inverse[j]!;
    }
    return sum;
  }

  /** Fills in costs; nearest[k] is the place nearest to component k. */
  function compare(point: Vector): void {
    traits(point, own);
    for (let k = 0; k < K; k++) {
      let best = 0;
      for (let l = 0; l < K; l++) {
        cost.data[k * K + l] = distance(k, l);
        if (cost.data[k * K + l]! < cost.data[k * K + best]!) best = l;
      }
      nearest[k] = best;
    }
  }

  /** Where every component has a nearest place of its own, that is the assignment of least cost. */
  function assigned(): Int32Array {
    seen.fill(0);
    for (let k = 0; k < K; k++) seen[nearest[k]!] = 1;
    if (seen.every((one) => one === 1)) return nearest;
    for (let at = 0; at < K * K; at++) cost.data[at] = -Math.min(cost.data[at]!, Number.MAX_VALUE);
    assign(cost, nearest);
    return nearest;
  }

  return {
    traits,
    order(point, out) {
      compare(point);
      const place = assigned();
      for (let k = 0; k < K; k++) out[place[k]!] = k;
    },
    isCanonical(point) {
      compare(point);
      const place = assigned();
      for (let k = 0; k < K; k++) if (place[k] !== k) return false;
      return true;
    },
  };
}
