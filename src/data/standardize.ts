import type { Design } from "../core/data.ts";
import { type Matrix, matrix, type Vector } from "../math/matrix.ts";
import { INTERCEPT } from "./design.ts";

/** What is subtracted from each column of a design, and what it is then divided by; plain data. */
export interface Standardizer {
  readonly center: readonly number[];
  readonly scale: readonly number[];
  /** Column of the intercept; absent if there is none (then every center is 0). */
  readonly intercept?: number;
}

/**
 * Mean and sd (n − 1) of each column. The intercept is left as it is; without one nothing is centred,
 * since no coefficient could take up the shift. A column whose sd is 0 has scale 1.
 */
export function standardizer({ terms, X }: Design): Standardizer {
  const intercept = terms.indexOf(INTERCEPT);
  const center: number[] = [];
  const scale: number[] = [];
  for (let j = 0; j < X.columns; j++) {
    const { mean, sd } = momentsOf(X.data, j, X.columns, X.rows);
    center.push(j === intercept || intercept < 0 ? 0 : mean);
    scale.push(j === intercept || !(sd > 0) ? 1 : sd);
  }
  return intercept < 0 ? { center, scale } : { center, scale, intercept };
}

function momentsOf(data: Vector, start: number, stride: number, n: number) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += data[start + i * stride]!;
  const mean = sum / n;
  let squares = 0;
  let varies = false;
  for (let i = 0; i < n; i++) {
    squares += (data[start + i * stride]! - mean) ** 2;
    varies ||= data[start + i * stride] !== data[start];
  }
  // The mean of equal values may be rounded, and their sd then is not 0.
  return { mean, sd: varies ? Math.sqrt(squares / Math.max(1, n - 1)) : 0 };
}

/** The design with (column − center) / scale in place of each column, itself where that changes nothing; offset and names stay. */
export function standardizeDesign(design: Design, { center, scale }: Standardizer): Design {
  if (center.every((c) => c === 0) && scale.every((s) => s === 1)) return design;
  const X = matrix(design.X.rows, design.X.columns);
  standardizeInto(design.X, center, scale, X);
  return { ...design, X };
}

/** The same in the memory of the design. */
export function standardizeInPlace({ X }: Design, { center, scale }: Standardizer): void {
  standardizeInto(X, center, scale, X);
}

function standardizeInto(
  { rows, columns, data }: Matrix,
  center: readonly number[],
  scale: readonly number[],
  out: Matrix,
): void {
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) out.data[at] = (data[at]! - center[j]!) / scale[j]!;
  }
}

/**
 * The coefficients (length p) on the original columns that give the same linear predictor as
 * `coefficients` on the standardised ones. `out` may be `coefficients`.
 */
export function toDataScale(s: Standardizer, coefficients: Vector, out: Vector): void {
  let shift = 0;
  for (let j = 0; j < s.scale.length; j++) {
    out[j] = coefficients[j]! / s.scale[j]!;
    shift += out[j]! * s.center[j]!;
  }
  if (s.intercept !== undefined) out[s.intercept]! -= shift;
}

/** The inverse of `toDataScale`: coefficients on the standardised columns from those on the original ones. */
export function fromDataScale(s: Standardizer, coefficients: Vector, out: Vector): void {
  let shift = 0;
  for (let j = 0; j < s.scale.length; j++) {
    shift += coefficients[j]! * s.center[j]!;
    out[j] = coefficients[j]! * s.scale[j]!;
  }
  if (s.intercept !== undefined) out[s.intercept]! += shift;
}
