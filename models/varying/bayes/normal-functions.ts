import { cholesky } from "../../../src/math/cholesky.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { normalFromPrecision } from "../../../src/math/random/multivariate-normal.ts";
import type { Rng } from "../../../src/math/rng.ts";
import type { Functions } from "./functions.ts";

/** Rounds of draws from one Gram matrix, which costs more than they do. */
const ROUNDS = 2;

/** Normal priors of the levels. */
export interface LevelPriors {
  readonly mean: Vector;
  readonly precision: Vector;
}

/** Draws from a point given Σ w x x' and Σ w x y, in place. */
type Draw = (rng: Rng, point: Vector, gram: Vector, cross: Vector) => void;

/**
 * Draws all coordinates given Σ w x x' and Σ w x y of a normal regression with known precisions w: levels and shapes
 * together given the scales, levels and scales together given the shapes, then along s v constant; `point` in place.
 */
export function normalFunctions(functions: Functions, prior: LevelPriors): Draw {
  const drawFree = freeDraw(functions, prior);
  const drawScales = scaleDraw(functions, prior);
  return (rng, point, gram, cross) => {
    for (let round = 0; round < ROUNDS; round++) {
      drawFree(rng, point, gram, cross);
      if (functions.varying.length === 0) return;
      drawScales(rng, point, gram, cross);
      functions.interweave(rng, point);
    }
  };
}

/**
 * A function that writes the precision's factor and precision × mean of levels and free shapes given the scales of a point; false
 * where that precision is not positive definite.
 */
export function freePosterior(functions: Functions, { mean, precision }: LevelPriors) {
  const { length, start, terms: q } = functions.rows;
  const scale = new Float64Array(length);
  return (point: Vector, gram: Vector, cross: Vector, factor: Vector, right: Vector): boolean => {
    functions.multipliers(point, scale);
    for (let a = 0; a < length; a++) {
      for (let b = 0; b <= a; b++) {
        factor[a * length + b] = scale[a]! * scale[b]! * gram[a * length + b]!;
      }
      factor[a * (length + 1)] = factor[a * (length + 1)]! + 1;
      right[a] = scale[a]! * cross[a]!;
    }
    for (let j = 0; j < q; j++) {
      const at = start[j]!;
      factor[at * (length + 1)] = factor[at * (length + 1)]! - 1 + precision[j]!;
      right[at] = right[at]! + precision[j]! * mean[j]!;
    }
    return cholesky(factor, length);
  };
}

function freeDraw(functions: Functions, prior: LevelPriors): Draw {
  const { length } = functions.rows;
  const free = new Float64Array(length);
  const factor = new Float64Array(length * length);
  const assemble = freePosterior(functions, prior);
  return (rng, point, gram, cross) => {
    assemble(point, gram, cross, factor, free);
    normalFromPrecision(rng, factor, free, free);
    functions.setFree(free, point);
  };
}

function scaleDraw(functions: Functions, { mean, precision }: LevelPriors): Draw {
  const { rows, varying, psi } = functions;
  const { length, terms: q } = rows;
  const d = q + varying.length;
  const unit = new Float64Array(d * length);
  const image = new Float64Array(d * length);
  const small = new Float64Array(d * d);
  const rhs = new Float64Array(d);
  const unitsAt = unitEntries(functions, unit);
  return (rng, point, gram, cross) => {
    unitsAt(point);
    for (let c = 0; c < d; c++) multiply(gram, unit, image, c * length, length);
    for (let c = 0; c < d; c++) {
      const own = c < q ? precision[c]! : 1 / (psi * psi);
      for (let e = 0; e <= c; e++) small[c * d + e] = product(unit, c, image, e, length);
      small[c * (d + 1)] = small[c * (d + 1)]! + own;
      rhs[c] = product(unit, c, cross, 0, length) + (c < q ? own * mean[c]! : 0);
    }
    cholesky(small, d);
    normalFromPrecision(rng, small, rhs, rhs);
    // Levels and scales are the first coordinates, in this order.
    for (let c = 0; c < d; c++) point[c] = rhs[c]!;
  };
}

/** A function that writes, row by row, the entries that one unit of each level, then of each scale, gives. */
function unitEntries(functions: Functions, unit: Vector): (point: Vector) => void {
  const { rows, varying } = functions;
  const { length, start, terms: q } = rows;
  const ones = new Float64Array(functions.size);
  const linear = new Float64Array(length);
  for (let j = 0; j < q; j++) unit[j * length + start[j]!] = 1;
  return (point) => {
    ones.set(point);
    varying.forEach((_, f) => {
      ones[functions.scaleAt(f)] = 1;
    });
    functions.toLinear(ones, linear);
    varying.forEach((j, f) => {
      const from = start[j]! + 1;
      unit.set(linear.subarray(from, from + rows.basis.size), (q + f) * length + from);
    });
  };
}

/** image[at …] = gram · unit[at …]. */
function multiply(gram: Vector, unit: Vector, image: Vector, at: number, length: number): void {
  for (let a = 0; a < length; a++) {
    let sum = 0;
    for (let b = 0; b < length; b++) sum += gram[a * length + b]! * unit[at + b]!;
    image[at + a] = sum;
  }
}

/** a[i, ·] · b[j, ·], both with rows of this length. */
function product(a: Vector, i: number, b: Vector, j: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += a[i * length + at]! * b[j * length + at]!;
  return sum;
}
