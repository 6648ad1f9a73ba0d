import type { Vector } from "../math/matrix.ts";

/** Sums over rows that are made part by part: those of all rows are the sums of the parts, added up in their order. */
export interface PartSums {
  readonly parts: number;
  /** How many sums there are. */
  readonly size: number;
  /** Writes the sums of one part; they depend on nothing but the call and the number of the part. */
  write(part: number, out: Vector): void;
}

/** What others must be told to write the same. */
export interface PartCall {
  readonly numbers: Vector;
  readonly counts: readonly number[];
}

/** Writes the sums of all parts into `total`, whoever makes them. */
export type AddUp = (sums: PartSums, call: () => PartCall, total: Vector) => void;

/** By this thread alone. */
export function addUpHere(): AddUp {
  let part: Vector = new Float64Array(0);
  return (sums, _, total) => {
    if (sums.parts === 1) return sums.write(0, total);
    if (part.length !== sums.size) part = new Float64Array(sums.size);
    total.fill(0);
    for (let c = 0; c < sums.parts; c++) {
      sums.write(c, part);
      addTo(total, part);
    }
  };
}

/** total += part. */
export function addTo(total: Vector, part: Vector): void {
  for (let j = 0; j < total.length; j++) total[j] = total[j]! + part[j]!;
}
