import { cosPi } from "../../../src/math/cos-pi.ts";
import type { Vector } from "../../../src/math/matrix.ts";

/** Functions before the first cosine: 1, a line and a parabola. */
const FIRST = 3;
const LINE = 1;
const PARABOLA = 2;

/**
 * The functions of the index u (0 … 1) that levels and shapes multiply: 1, t = u − 1/2, t² − 1/12, cos πu, cos 2πu, …;
 * M without the first. All but the first integrate to 0.
 */
export interface Basis {
  /** M, at least 2. */
  readonly size: number;
  /** Sds of the M coefficients of a function whose scale is 1. */
  readonly weights: Vector;
  /** Numbers of a row from which products of any two functions can be had; the M + 1 functions come first. */
  readonly width: number;
  /** Writes these numbers from `at` on. */
  write(u: number, out: Vector, at: number): void;
  /** Of functions a and b: where in these numbers, and how often, two stand whose sum is their product. */
  product(a: number, b: number): readonly [at: number, times: number, at: number, times: number];
}

/**
 * A line of sd 1 over u and, with the coefficients of a cubic smoothing spline, the parabola and √2 cos(mπu) m⁻²: in the
 * penalty ∫ g''² these are orthogonal, and they are all functions that have it. Source: [wahba1978].
 */
export function basisOf(size: number): Basis {
  const cosines = size - 2;
  const linePowers = 2 * cosines + FIRST;
  const lineCosines = linePowers + 1;
  const parabolaCosines = lineCosines + cosines;
  const width = parabolaCosines + cosines + 1;
  const cosineAt = (m: number): number => (m === 0 ? 0 : FIRST - 1 + m);

  return {
    ...{ size, width },
    weights: Float64Array.from({ length: size }, (_, at) => {
      if (at === 0) return Math.sqrt(12);
      return at === 1 ? 0.5 * Math.PI ** 2 : Math.SQRT2 / (at - 1) ** 2;
    }),

    write(u, out, at) {
      const t = u - 0.5;
      const parabola = t * t - 1 / 12;
      out[at] = 1;
      out[at + LINE] = t;
      out[at + PARABOLA] = parabola;
      for (let m = 1; m <= 2 * cosines; m++) out[at + cosineAt(m)] = cosPi(m * u);
      out[at + linePowers] = t * parabola;
      for (let m = 1; m <= cosines; m++) {
        const cosine = out[at + cosineAt(m)]!;
        out[at + lineCosines + m - 1] = t * cosine;
        out[at + parabolaCosines + m - 1] = parabola * cosine;
      }
      out[at + width - 1] = parabola * parabola;
    },

    product(a, b) {
      const [low, high] = a < b ? [a, b] : [b, a];
      const m = high - FIRST + 1;
      switch (low) {
        case 0:
          return [high, 1, 0, 0];
        case LINE:
          if (high === LINE) return [PARABOLA, 1, 0, 1 / 12];
          return [high === PARABOLA ? linePowers : lineCosines + m - 1, 1, 0, 0];
        case PARABOLA:
          return [high === PARABOLA ? width - 1 : parabolaCosines + m - 1, 1, 0, 0];
        default:
          return [cosineAt(high - low), 0.5, cosineAt(high + low - 2 * (FIRST - 1)), 0.5];
      }
    },
  };
}
