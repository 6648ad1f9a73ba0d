import { fastExp } from "../exp.ts";
import type { Vector } from "../matrix.ts";
import { type Rng, uniform } from "../rng.ts";
import { exponential } from "./exponential.ts";
import { isBelowJacobi } from "./jacobi-density.ts";
import { polyaGammaPlain } from "./polya-gamma-plain.ts";
import { CELLS, FIELDS, tailRate, writeStrips } from "./polya-gamma-strips.ts";

/** Half |z| is sorted into bins of this width up to 16, where tables end. */
const BIN_WIDTH = 0.125;
const BINS = 128;

/**
 * A draw from PG(1, z), z any finite number; NaN for NaN. Exact: from strips for the left edge of z's bin, thinned by the
 * factor between that density and its own; nine of ten draws need two words and no exponential. A bin's strips are
 * cut when it is first needed, in some tens of microseconds. Source: [polson2013] for the law.
 */
export const polyaGamma1: (rng: Rng, z: number) => number = stripSampler(writeStrips);

/** The sampler from the strips that `write` cuts. */
export function stripSampler(write: typeof writeStrips): (rng: Rng, z: number) => number {
  const strips = new Float64Array(BINS * CELLS * FIELDS);

  return (rng, z) => {
    const h = 0.5 * Math.abs(z);
    if (!(h < 16)) return polyaGammaPlain(rng, z);
    const bin = (8 * h) | 0;
    const edge = 0.125 * bin;
    const tilt = 0.5 * (h - edge) * (h + edge);
    for (;;) {
      // Two steps of `int32` in one, as in `uniform`.
      const b = rng[1]!;
      const c = rng[2]!;
      const counter = rng[3]!;
      const first = (rng[0]! + b + counter) | 0;
      const b1 = (c + (c << 3)) | 0;
      const c1 = (((c << 21) | (c >>> 11)) + first) | 0;
      const second = ((b ^ (b >>> 9)) + b1 + (counter + 1)) | 0;
      rng[0] = b1 ^ (b1 >>> 9);
      rng[1] = (c1 + (c1 << 3)) | 0;
      rng[2] = (((c1 << 21) | (c1 >>> 11)) + second) | 0;
      rng[3] = (counter + 2) | 0;

      const at = (bin << 9) | ((first & 127) << 2);
      const floor = (first >>> 7) * 2 ** -25;
      const x = strips[at]! + strips[at + 1]! * ((second >>> 0) * 2 ** -32 + 2 ** -33);
      // exp(−t) ≥ 1 − t.
      if (floor < strips[at + 2]! * (1 - tilt * x)) return 0.25 * x;
      const kept = decide(rng, write, strips, h, at, x, floor);
      if (kept > 0) return 0.25 * kept;
    }
  };
}

/** What the squeeze leaves open: the value to keep, or 0. `floor`: 25 bits of a uniform height; x: in the strip at `at`. */
function decide(
  rng: Rng,
  write: typeof writeStrips,
  strips: Vector,
  h: number,
  at: number,
  x: number,
  floor: number,
): number {
  const height = strips[at + 3]!;
  const inBin = CELLS * FIELDS;
  if (height === 0) {
    const bin = Math.floor(at / inBin);
    write(bin * BIN_WIDTH, strips, bin * inBin);
    return 0;
  }
  const u = floor + uniform(rng) * 2 ** -25;
  if (at % inBin < inBin - FIELDS) return isBelowJacobi(u * height, h, x) ? x : 0;
  // The tail, of the same mass as a strip.
  const excess = exponential(rng);
  const rate = tailRate(h);
  const far = x + excess / rate;
  return isBelowJacobi(u * height * rate * fastExp(-excess), h, far) ? far : 0;
}
