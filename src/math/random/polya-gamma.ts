import { fastExp } from "../exp.ts";
import type { Vector } from "../matrix.ts";
import { int32, type Rng, uniform } from "../rng.ts";
import { exponential } from "./exponential.ts";
import { isBelowJacobi } from "./jacobi-density.ts";
import { polyaGammaPlain } from "./polya-gamma-plain.ts";
import { CELLS, FIELDS, tailRate, writeStrips } from "./polya-gamma-strips.ts";

/** Half |z| is sorted into bins of this width up to 16, where tables end. */
const BIN_WIDTH = 0.125;
const BINS = 128;
const TABLE_END = BINS * BIN_WIDTH;
const IN_BIN = CELLS * FIELDS;

const { draw, fill } = stripSampler(writeStrips);

/**
 * A draw from PG(1, z), z any finite number; NaN for NaN. Exact: from strips for the left edge of z's bin, thinned by the
 * factor between that density and its own; nine of ten draws need two words and no exponential. A bin's strips are
 * cut when it is first needed, in some tens of microseconds. Source: [polson2013] for the law.
 */
export const polyaGamma1: (rng: Rng, z: number) => number = draw;

/**
 * out[i] = a draw from PG(1, z_i), faster than single draws; z is another array than out. Rows that need more than two
 * words take them after all others have had theirs.
 */
export const polyaGammas: (rng: Rng, z: Vector, out: Vector) => void = fill;

/** The samplers from the strips that `write` cuts. */
export function stripSampler(write: typeof writeStrips) {
  const strips = new Float64Array(BINS * IN_BIN);
  const single = new Float64Array(1);
  let pending = new Int32Array(0);

  function cut(bin: number): void {
    write(bin * BIN_WIDTH, strips, bin * IN_BIN);
  }

  /** Writes a draw of J*(1, h) / 4, the first two words of which are known, to out[i]: a number returned would be boxed. */
  function settle(
    rng: Rng,
    h: number,
    first: number,
    second: number,
    out: Vector,
    i: number,
  ): void {
    const bin = (8 * h) | 0;
    if (strips[bin * IN_BIN + 3]! === 0) cut(bin);
    let [a, b] = [first, second];
    while (!isKept(rng, strips, bin, h, a, b, out, i)) {
      a = int32(rng);
      b = int32(rng);
    }
  }

  function draw(rng: Rng, z: number): number {
    const h = 0.5 * Math.abs(z);
    if (!(h < TABLE_END)) return polyaGammaPlain(rng, z);
    const first = int32(rng);
    settle(rng, h, first, int32(rng), single, 0);
    return single[0]!;
  }

  function fill(rng: Rng, z: Vector, out: Vector): void {
    if (pending.length < 3 * z.length) pending = new Int32Array(3 * z.length);
    const count = squeezeAll(rng, strips, z, out, pending);
    for (let at = 0; at < count; at += 3) {
      const i = pending[at]!;
      const h = 0.5 * Math.abs(z[i]!);
      if (h < 16) settle(rng, h, pending[at + 1]!, pending[at + 2]!, out, i);
      else out[i] = polyaGammaPlain(rng, z[i]!);
    }
  }

  return { draw, fill };
}

/** The squeeze for all rows; writes the words of those it leaves open to `open` and returns 3 × their number. */
function squeezeAll(rng: Rng, strips: Vector, z: Vector, out: Vector, open: Int32Array): number {
  let a = rng[0]!;
  let b = rng[1]!;
  let c = rng[2]!;
  let counter = rng[3]!;
  let count = 0;
  for (let i = 0; i < z.length; i++) {
    // Two steps of `int32`, with the state in registers.
    const first = (a + b + counter) | 0;
    const b1 = (c + (c << 3)) | 0;
    const c1 = (((c << 21) | (c >>> 11)) + first) | 0;
    const second = ((b ^ (b >>> 9)) + b1 + (counter + 1)) | 0;
    a = b1 ^ (b1 >>> 9);
    b = (c1 + (c1 << 3)) | 0;
    c = (((c1 << 21) | (c1 >>> 11)) + second) | 0;
    counter = (counter + 2) | 0;

    const h = 0.5 * Math.abs(z[i]!);
    const bin = (8 * h) & 127;
    const edge = 0.125 * bin;
    const at = (bin << 9) | ((first & 127) << 2);
    const x = strips[at]! + strips[at + 1]! * ((second >>> 0) * 2 ** -32 + 2 ** -33);
    const thinned = strips[at + 2]! * (1 - 0.5 * (h - edge) * (h + edge) * x);
    out[i] = 0.25 * x;
    if (!((first >>> 7) * 2 ** -25 < thinned && h < 16)) {
      open[count] = i;
      open[count + 1] = first;
      open[count + 2] = second;
      count += 3;
    }
  }
  rng[0] = a;
  rng[1] = b;
  rng[2] = c;
  rng[3] = counter;
  return count;
}

/** Whether what two words propose is kept; writes it to out[i]. More words are drawn where the squeeze leaves it open. */
function isKept(
  rng: Rng,
  strips: Vector,
  bin: number,
  h: number,
  first: number,
  second: number,
  out: Vector,
  i: number,
): boolean {
  const cell = first & 127;
  const at = (bin << 9) | (cell << 2);
  const edge = 0.125 * bin;
  const floor = (first >>> 7) * 2 ** -25;
  const x = strips[at]! + strips[at + 1]! * ((second >>> 0) * 2 ** -32 + 2 ** -33);
  out[i] = 0.25 * x;
  // exp(−t) ≥ 1 − t.
  if (floor < strips[at + 2]! * (1 - 0.5 * (h - edge) * (h + edge) * x)) return true;
  const height = strips[at + 3]! * (floor + uniform(rng) * 2 ** -25);
  if (cell < 127) return isBelowJacobi(height, h, x);
  // The tail, of the same mass as a strip.
  const excess = exponential(rng);
  const rate = tailRate(h);
  const far = x + excess / rate;
  out[i] = 0.25 * far;
  return isBelowJacobi(height * rate * fastExp(-excess), h, far);
}
