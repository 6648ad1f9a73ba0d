/** The discrete Fourier transform for lengths that are powers of two. */
import type { Vector } from "./matrix.ts";

/** cos and sin of 2πk / size, k < size / 2. */
interface Twiddles {
  readonly cos: Vector;
  readonly sin: Vector;
}

/** Sizes are powers of two, so the table stays short. */
const tables = new Map<number, Twiddles>();

function twiddles(size: number): Twiddles {
  const known = tables.get(size);
  if (known) return known;
  const angle = (2 * Math.PI) / size;
  const made = {
    cos: Float64Array.from({ length: size / 2 }, (_, k) => Math.cos(angle * k)),
    sin: Float64Array.from({ length: size / 2 }, (_, k) => Math.sin(angle * k)),
  };
  tables.set(size, made);
  return made;
}

/**
 * Replaces (re, im) by its transform Σ_t z_t exp(−2πi jt / size); length a power of two.
 * Swap the two arguments, going in and coming out, for the inverse times the size.
 * Source: [cooley1965].
 */
export function transformInPlace(re: Vector, im: Vector): void {
  const size = re.length;
  reverseBits(re, im);
  const { cos, sin } = twiddles(size);
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half);
    for (let start = 0; start < size; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const c = cos[k * stride]!;
        const s = sin[k * stride]!;
        const top = start + k;
        const bottom = top + half;
        const x = re[bottom]! * c + im[bottom]! * s;
        const y = im[bottom]! * c - re[bottom]! * s;
        re[bottom] = re[top]! - x;
        im[bottom] = im[top]! - y;
        re[top] = re[top]! + x;
        im[top] = im[top]! + y;
      }
    }
  }
}

function reverseBits(re: Vector, im: Vector): void {
  const size = re.length;
  let j = 0;
  for (let i = 1; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      swap(re, i, j);
      swap(im, i, j);
    }
  }
}

function swap(x: Vector, i: number, j: number): void {
  const held = x[i]!;
  x[i] = x[j]!;
  x[j] = held;
}
