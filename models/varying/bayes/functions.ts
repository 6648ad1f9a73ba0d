import { cholesky } from "../../../src/math/cholesky.ts";
import { fastExp, fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { normalFromPrecision } from "../../../src/math/random/multivariate-normal.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { sliceSample } from "../../../src/math/random/slice.ts";
import { type Rng, uniform } from "../../../src/math/rng.ts";
import type { CosineRows } from "./rows.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
/** Rounds of draws from one Gram matrix, which costs more than they do. */
const ROUNDS = 2;
/** Step of slices along log |s|. */
const LOG_WIDTH = 0.5;
/** No scale is nearer to 0, so that what it multiplies can be told from it. */
const SMALLEST_SCALE = 1e-100;

/**
 * Functions g_j(u) = g_j0 + s_j Σ_m φ_m(u) m⁻² v_jm, φ_m = √2 cos(mπu), one a term: coordinates are the levels g_j0 (q),
 * then scales s_j and shapes v_j (M each) of the terms that vary. v ~ N(0, I) and s ~ N(0, psi²), so that a function is
 * constant where its scale is 0 and no sign means anything. Source: [fruhwirth2010], [solin2020].
 */
export interface Functions {
  readonly rows: CosineRows;
  /** Coordinates in all. */
  readonly size: number;
  /** Terms that vary, in order: function f is of term varying[f]. */
  readonly varying: readonly number[];
  readonly psi: number;
  /** Entries of the linear predictor (length rows.length). */
  toLinear(point: Vector, linear: Vector): void;
  /** What multiplies each free coordinate (level or shape) in the linear predictor, given the scales; by entry. */
  multipliers(point: Vector, out: Vector): void;
  /** Levels and shapes by entry of the linear predictor, and back. */
  free(point: Vector, out: Vector): void;
  setFree(free: Vector, point: Vector): void;
  /** Position of scale f in the coordinates. */
  scaleAt(f: number): number;
  /** Log prior density of scales and shapes. */
  logPrior(point: Vector): number;
  samplePrior(rng: Rng, point: Vector): void;
  /** Moves every (s, v) along s v constant, where no likelihood changes, and draws signs. Source: [yu2011]. */
  interweave(rng: Rng, point: Vector): void;
  /** Scales that are likeliest along s v constant. */
  balance(point: Vector): void;
}

export function functionsOf(rows: CosineRows, psi: number): Functions {
  const { basis, start, length } = rows;
  const varying = rows.varies.flatMap((does, j) => (does ? [j] : []));
  const q = rows.terms;
  const scales = q;
  const shapes = q + varying.length;
  const size = shapes + varying.length * basis;
  const decay = Float64Array.from({ length: basis }, (_, m) => Math.SQRT2 / (m + 1) ** 2);
  const constant = -fastLog(psi) - (1 + basis) * HALF_LOG_2PI;

  function squares(point: Vector, f: number): number {
    const from = shapes + f * basis;
    let total = 0;
    for (let m = 0; m < basis; m++) total += point[from + m]! ** 2;
    return total;
  }

  /** Multiplies scale f and divides its shapes. */
  function rescale(point: Vector, f: number, factor: number): void {
    const from = shapes + f * basis;
    point[scales + f] = point[scales + f]! * factor;
    for (let m = 0; m < basis; m++) point[from + m] = point[from + m]! / factor;
  }

  return {
    rows,
    size,
    varying,
    psi,
    scaleAt: (f) => scales + f,

    toLinear(point, linear) {
      for (let j = 0; j < q; j++) linear[start[j]!] = point[j]!;
      varying.forEach((j, f) => {
        const s = point[scales + f]!;
        const from = shapes + f * basis;
        for (let m = 0; m < basis; m++) {
          linear[start[j]! + 1 + m] = decay[m]! * s * point[from + m]!;
        }
      });
    },

    multipliers(point, out) {
      out.fill(1, 0, length);
      varying.forEach((j, f) => {
        const s = point[scales + f]!;
        for (let m = 0; m < basis; m++) out[start[j]! + 1 + m] = decay[m]! * s;
      });
    },

    free(point, out) {
      for (let j = 0; j < q; j++) out[start[j]!] = point[j]!;
      varying.forEach((j, f) => {
        const from = shapes + f * basis;
        for (let m = 0; m < basis; m++) out[start[j]! + 1 + m] = point[from + m]!;
      });
    },

    setFree(free, point) {
      for (let j = 0; j < q; j++) point[j] = free[start[j]!]!;
      varying.forEach((j, f) => {
        const from = shapes + f * basis;
        for (let m = 0; m < basis; m++) point[from + m] = free[start[j]! + 1 + m]!;
      });
    },

    logPrior(point) {
      let total = 0;
      for (let f = 0; f < varying.length; f++) {
        const s = point[scales + f]! / psi;
        total += constant - 0.5 * (s * s + squares(point, f));
      }
      return total;
    },

    samplePrior(rng, point) {
      for (let f = 0; f < varying.length; f++) point[scales + f] = psi * normal(rng);
      for (let at = shapes; at < size; at++) point[at] = normal(rng);
    },

    interweave(rng, point) {
      for (let f = 0; f < varying.length; f++) {
        const s = Math.max(Math.abs(point[scales + f]!), SMALLEST_SCALE);
        const fixed = s * s * squares(point, f);
        // Density of x = log |s| given b = s v: N(s; 0, psi²) Π N(b / s; 0, 1) |s|^(1 − M).
        const logDensity = (x: number): number => {
          const square = fastExp(2 * x);
          return (1 - basis) * x - 0.5 * (square / (psi * psi) + fixed / square);
        };
        const log = fastLog(s);
        const next = sliceSample(rng, logDensity, log, LOG_WIDTH);
        const sign = uniform(rng) < 0.5 ? -1 : 1;
        rescale(point, f, sign * fastExp(next - log));
      }
    },

    balance(point) {
      for (let f = 0; f < varying.length; f++) {
        const s = Math.max(Math.abs(point[scales + f]!), SMALLEST_SCALE);
        const best = Math.max((psi * psi * s * s * squares(point, f)) ** 0.25, 1e-3 * psi);
        rescale(point, f, best / s);
      }
    },
  };
}

/** Normal priors of the levels. */
export interface LevelPriors {
  readonly mean: Vector;
  readonly precision: Vector;
}

/**
 * Draws all coordinates given Σ w x x' and Σ w x y of a normal regression with known precisions w: levels and shapes
 * together given the scales, levels and scales together given the shapes, then along s v constant; `point` in place.
 */
export function normalFunctions(functions: Functions, { mean, precision }: LevelPriors) {
  const { rows, varying, psi } = functions;
  const { length, start, terms: q } = rows;
  const d = q + varying.length;
  const scale = new Float64Array(length);
  const free = new Float64Array(length);
  const factor = new Float64Array(length * length);
  const unit = new Float64Array(d * length);
  const image = new Float64Array(d * length);
  const small = new Float64Array(d * d);
  const rhs = new Float64Array(d);

  function drawFree(rng: Rng, point: Vector, gram: Vector, cross: Vector): void {
    functions.multipliers(point, scale);
    for (let a = 0; a < length; a++) {
      for (let b = 0; b <= a; b++) {
        factor[a * length + b] = scale[a]! * scale[b]! * gram[a * length + b]!;
      }
      factor[a * (length + 1)] = factor[a * (length + 1)]! + 1;
      free[a] = scale[a]! * cross[a]!;
    }
    for (let j = 0; j < q; j++) {
      const at = start[j]!;
      factor[at * (length + 1)] = factor[at * (length + 1)]! - 1 + precision[j]!;
      free[at] = free[at]! + precision[j]! * mean[j]!;
    }
    cholesky(factor, length);
    normalFromPrecision(rng, factor, free, free);
    functions.setFree(free, point);
  }

  /** unit[c] = the entries that coordinate c (level, or scale) multiplies, image[c] = gram · unit[c]. */
  function project(point: Vector, gram: Vector): void {
    unit.fill(0);
    functions.multipliers(point, scale);
    functions.free(point, free);
    for (let j = 0; j < q; j++) unit[j * length + start[j]!] = 1;
    varying.forEach((j, f) => {
      const s = point[functions.scaleAt(f)]!;
      for (let at = start[j]! + 1; at <= start[j]! + rows.basis; at++) {
        unit[(q + f) * length + at] = (scale[at]! / s) * free[at]!;
      }
    });
    for (let c = 0; c < d; c++) {
      for (let a = 0; a < length; a++) {
        let sum = 0;
        for (let b = 0; b < length; b++) sum += gram[a * length + b]! * unit[c * length + b]!;
        image[c * length + a] = sum;
      }
    }
  }

  function drawScales(rng: Rng, point: Vector, gram: Vector, cross: Vector): void {
    project(point, gram);
    for (let c = 0; c < d; c++) {
      for (let e = 0; e <= c; e++) small[c * d + e] = product(unit, c, image, e, length);
      rhs[c] = product(unit, c, cross, 0, length);
      const own = c < q ? precision[c]! : 1 / (psi * psi);
      small[c * (d + 1)] = small[c * (d + 1)]! + own;
      if (c < q) rhs[c] = rhs[c]! + own * mean[c]!;
    }
    cholesky(small, d);
    normalFromPrecision(rng, small, rhs, rhs);
    // Levels and scales are the first coordinates, in this order.
    for (let c = 0; c < d; c++) point[c] = rhs[c]!;
  }

  return (rng: Rng, point: Vector, gram: Vector, cross: Vector): void => {
    for (let round = 0; round < ROUNDS; round++) {
      drawFree(rng, point, gram, cross);
      if (varying.length === 0) return;
      drawScales(rng, point, gram, cross);
      functions.interweave(rng, point);
    }
  };
}

/** a[i, ·] · b[j, ·], both with rows of this length. */
function product(a: Vector, i: number, b: Vector, j: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += a[i * length + at]! * b[j * length + at]!;
  return sum;
}
