import type { Vector } from "../math/matrix.ts";

// Over a run of rows, one loop a function, as in `columns.ts`.

/** Sums become their inverses. */
export function invertBoth(a: Vector, b: Vector): void {
  for (let i = 0; i < a.length; i++) {
    a[i] = 1 / a[i]!;
    b[i] = 1 / b[i]!;
  }
}

/** Joint densities and weights become responsibilities and probabilities, given the inverses of their sums. */
export function toShares(
  jointInverse: Vector,
  weightInverse: Vector,
  joint: Vector,
  weight: Vector,
  difference: Vector,
): void {
  for (let i = 0; i < joint.length; i++) {
    const r = joint[i]! * jointInverse[i]!;
    const p = weight[i]! * weightInverse[i]!;
    joint[i] = r;
    weight[i] = p;
    difference[i] = r - p;
  }
}

export function products(a: Vector, b: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! * b[i]!;
}

export function total(values: Vector): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** −r_k (δ_kl − r_l): minus the second derivative of a log sum by two of its terms' logarithms. */
export function responsibilityPair(a: Vector, b: Vector, same: boolean, out: Vector): void {
  const one = same ? 1 : 0;
  for (let i = 0; i < out.length; i++) out[i] = -a[i]! * (one - b[i]!);
}

/** The same less that of the weights: minus the second derivative by two log weights. */
export function gatePair(both: Vector, a: Vector, b: Vector, same: boolean, out: Vector): void {
  const one = same ? 1 : 0;
  for (let i = 0; i < out.length; i++) out[i] = both[i]! + a[i]! * (one - b[i]!);
}

/** both · a · b, and less r times the second derivative of the log density where both are one component's. */
export function curvatures(
  both: Vector,
  a: Vector,
  b: Vector,
  second: Vector | undefined,
  r: Vector,
  out: Vector,
): void {
  for (let i = 0; i < out.length; i++) out[i] = both[i]! * a[i]! * b[i]!;
  if (second !== undefined) subtractProducts(r, second, out);
}

export function subtractProducts(a: Vector, b: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = out[i]! - a[i]! * b[i]!;
}
