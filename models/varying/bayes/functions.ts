import { fastExp, fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { sliceSample } from "../../../src/math/random/slice.ts";
import { type Rng, uniform } from "../../../src/math/rng.ts";
import type { FunctionRows } from "./rows.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
/** Step of slices along log |s|. */
const LOG_WIDTH = 0.5;
/** No scale is nearer to 0, so that what it multiplies can be told from it. */
const SMALLEST_SCALE = 1e-100;

/**
 * Functions g_j(u) = g_j0 + s_j Σ_m b_m(u) w_m v_jm, b and w the functions and weights of the rows' basis, one a term:
 * coordinates are the levels g_j0 (q), then scales s_j and shapes v_j (M each) of the terms that vary. v ~ N(0, I) and
 * s ~ N(0, psi²), so that a function is constant where its scale is 0 and no sign means anything. Source: [fruhwirth2010].
 */
export interface Functions {
  readonly rows: FunctionRows;
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

export function functionsOf(rows: FunctionRows, psi: number): Functions {
  const { start, length } = rows;
  const { size: basis, weights } = rows.basis;
  const varying = rows.varies.flatMap((does, j) => (does ? [j] : []));
  const q = rows.terms;
  const scales = q;
  const shapes = q + varying.length;

  /** Calls back with every position of a shape, its entry, its scale's position and its weight. */
  function eachShape(visit: (at: number, entry: number, scale: number, weight: number) => void) {
    for (let f = 0; f < varying.length; f++) {
      const first = start[varying[f]!]! + 1;
      for (let m = 0; m < basis; m++)
        visit(shapes + f * basis + m, first + m, scales + f, weights[m]!);
    }
  }

  return {
    ...{ rows, varying, psi, size: shapes + varying.length * basis },
    ...priorOfScales(psi, basis, { count: varying.length, scales, shapes }),
    scaleAt: (f) => scales + f,

    toLinear(point, linear) {
      for (let j = 0; j < q; j++) linear[start[j]!] = point[j]!;
      eachShape((at, entry, scale, by) => {
        linear[entry] = by * point[scale]! * point[at]!;
      });
    },

    multipliers(point, out) {
      out.fill(1, 0, length);
      eachShape((_, entry, scale, by) => {
        out[entry] = by * point[scale]!;
      });
    },

    free(point, out) {
      for (let j = 0; j < q; j++) out[start[j]!] = point[j]!;
      eachShape((at, entry) => {
        out[entry] = point[at]!;
      });
    },

    setFree(free, point) {
      for (let j = 0; j < q; j++) point[j] = free[start[j]!]!;
      eachShape((at, entry) => {
        point[at] = free[entry]!;
      });
    },
  };
}

/** The prior of scales and shapes, and moves along which the functions stay as they are. */
function priorOfScales(
  psi: number,
  basis: number,
  {
    count,
    scales,
    shapes,
  }: { readonly count: number; readonly scales: number; readonly shapes: number },
): Pick<Functions, "logPrior" | "samplePrior" | "interweave" | "balance"> {
  const constant = -fastLog(psi) - (1 + basis) * HALF_LOG_2PI;
  const end = shapes + count * basis;

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

  const sizeOf = (point: Vector, f: number): number =>
    Math.max(Math.abs(point[scales + f]!), SMALLEST_SCALE);

  return {
    logPrior(point) {
      let total = 0;
      for (let f = 0; f < count; f++) {
        const s = point[scales + f]! / psi;
        total += constant - 0.5 * (s * s + squares(point, f));
      }
      return total;
    },

    samplePrior(rng, point) {
      for (let f = 0; f < count; f++) point[scales + f] = psi * normal(rng);
      for (let at = shapes; at < end; at++) point[at] = normal(rng);
    },

    interweave(rng, point) {
      for (let f = 0; f < count; f++) {
        const s = sizeOf(point, f);
        const next = drawLogScale(rng, fastLog(s), s * s * squares(point, f), basis, psi);
        const sign = uniform(rng) < 0.5 ? -1 : 1;
        rescale(point, f, sign * fastExp(next - fastLog(s)));
      }
    },

    balance(point) {
      for (let f = 0; f < count; f++) {
        const s = sizeOf(point, f);
        const best = Math.max((psi * psi * s * s * squares(point, f)) ** 0.25, 1e-3 * psi);
        rescale(point, f, best / s);
      }
    },
  };
}

/** A slice along log |s| given b = s v with b'b = fixed: its density is N(s; 0, psi²) Π N(b / s; 0, 1) |s|^(1 − M). */
function drawLogScale(rng: Rng, log: number, fixed: number, basis: number, psi: number): number {
  const logDensity = (x: number): number => {
    const square = fastExp(2 * x);
    return (1 - basis) * x - 0.5 * (square / (psi * psi) + fixed / square);
  };
  return sliceSample(rng, logDensity, log, LOG_WIDTH);
}
