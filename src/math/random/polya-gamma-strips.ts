/**
 * Proposals for J*(1, h): strips of one proposal mass under steps above the density, and a tail. Nothing has to be solved
 * for: any strips will do whose steps are not below the density, and each step follows from the strip before it.
 * Source: [marsaglia2000a] for the idea, without layers, as the density is cheap enough to look up seldom.
 */
import { fastExp } from "../exp.ts";
import type { Vector } from "../matrix.ts";
import { jacobiDensity, PI_SQUARED } from "./jacobi-density.ts";

/** Strips and one tail, the last. */
export const CELLS = 128;
/** Of a cell: where it begins; its width; the share of its step that is certainly below the density; the step's height. */
export const FIELDS = 4;

/** The peak is known within about 1e-4: steps that touch it are this much higher, 1000 times what it can be off. */
const PEAK_MARGIN = 1 + 1e-4;
/** Heights are compared at 25 bits, rounded down. */
const SQUEEZE_MARGIN = 2 ** -24;

/** The rate of the exponential that bounds the density everywhere, π/2 · exp(−rate x). */
export function tailRate(h: number): number {
  return PI_SQUARED / 8 + 0.5 * h * h;
}

/**
 * Writes the cells of J*(1, h) to strips, from `start` on. The tail's width is 0 and its height the mass of a cell; cells
 * that are not needed have infinite height, so nothing proposed there is kept.
 */
export function writeStrips(h: number, strips: Vector, start: number): void {
  // The density integrates to 1 / cosh h, and what steps take beyond it was found by trying: 3.6 % at 0, 5 % at 16.
  let mass = (2 * (1.0376 + 0.0009 * h)) / (CELLS * (fastExp(h) + fastExp(-h)));
  while (!cut(h, mass, strips, start)) mass *= 1.0015;
}

/** Cuts into cells of this mass; false if there are too many. */
function cut(h: number, mass: number, strips: Vector, start: number): boolean {
  const peak = 2 / (3 + Math.sqrt(9 + 4 * h * h));
  const top = jacobiDensity(h, peak) * PEAK_MARGIN;
  const last = start + (CELLS - 1) * FIELDS;
  let at = start;

  const rate = tailRate(h);
  let x = peak;
  for (let height = top; (0.5 * Math.PI * fastExp(-rate * x)) / rate > mass; at += FIELDS) {
    if (at === last) return false;
    const next = x + mass / height;
    const density = jacobiDensity(h, next);
    writeCell(strips, at, x, mass / height, density / height, height);
    x = next;
    height = density;
  }
  writeCell(strips, last, x, 0, 0, mass);

  x = peak;
  for (let height = top; x > 0; at += FIELDS) {
    if (at === last) return false;
    const width = Math.min(x, mass / height);
    const next = x - width;
    const density = next > 0 ? jacobiDensity(h, next) : 0;
    writeCell(strips, at, next, width, (density * width) / mass, mass / width);
    x = next;
    height = density;
  }
  for (; at < last; at += FIELDS) writeCell(strips, at, peak, 0, 0, Number.POSITIVE_INFINITY);
  return true;
}

function writeCell(
  strips: Vector,
  at: number,
  left: number,
  width: number,
  share: number,
  height: number,
): void {
  strips[at] = left;
  strips[at + 1] = width;
  strips[at + 2] = Math.max(0, share - SQUEEZE_MARGIN);
  strips[at + 3] = height;
}
