import type { Members, Observations } from "../../src/core/data.ts";
import { fastExp } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { logGamma } from "../../src/math/stdlib.ts";

/** Beyond this the mean has no meaning; its exponential stays finite, so that a slice can leave such a place. */
const LARGEST_EXPONENT = 600;

/** The log-likelihood Σ weight · log f(y_i | coefficients) of the members fixed last. */
export interface PoissonLikelihood {
  readonly rows: Int32Array;
  readonly weight: Vector;
  /** Σ weight · y x. */
  readonly score: Vector;
  /** Length of the members: weight · mean of each at the point evaluated last. */
  readonly rate: Vector;
  load(members: Members): void;
  /** score'point − Σ weight · mean: the log-likelihood less its constant. Rewrites `rate`. */
  kernel(point: Vector): number;
  /** What the kernel leaves out. */
  readonly constant: number;
  /** The kernel as a function of coefficient j, up to a constant; the others stay at `point`. */
  along(point: Vector, j: number): (value: number) => number;
}

/** The likelihood of the observations; `logFactorial` gives log y[i]! of the present response. */
export function poissonLikelihood(
  { n, y, design: { X, offset } }: Observations,
  logFactorial: (i: number) => number,
): PoissonLikelihood {
  const p = X.columns;
  const allRates = new Float64Array(n);
  const base = new Float64Array(n);
  const score = new Float64Array(p);
  const loaded = { rows: new Int32Array(0), weight: allRates, rate: allRates, constant: 0 };

  /** x_i'point + offset. */
  function linear(i: number, point: Vector): number {
    let sum = offset === undefined ? 0 : offset[i]!;
    for (let j = 0, at = i * p; j < p; j++) sum += X.data[at + j]! * point[j]!;
    return sum;
  }

  function load({ rows, weight }: Members): void {
    let constant = 0;
    score.fill(0);
    for (let m = 0; m < rows.length; m++) {
      const i = rows[m]!;
      const wy = weight[m]! * y[i]!;
      for (let j = 0, at = i * p; j < p; j++) score[j] = score[j]! + wy * X.data[at + j]!;
      if (offset !== undefined) constant += wy * offset[i]!;
      constant -= weight[m]! * logFactorial(i);
    }
    Object.assign(loaded, { rows, weight, constant, rate: allRates.subarray(0, rows.length) });
  }

  function kernel(point: Vector): number {
    const { rows, weight, rate } = loaded;
    let total = 0;
    for (let m = 0; m < rows.length; m++) {
      const own = weight[m]! * fastExp(linear(rows[m]!, point));
      rate[m] = own;
      total -= own;
    }
    for (let j = 0; j < p; j++) total += score[j]! * point[j]!;
    return total;
  }

  function along(point: Vector, j: number): (value: number) => number {
    const { rows, weight } = loaded;
    for (let m = 0; m < rows.length; m++) {
      base[m] = linear(rows[m]!, point) - X.data[rows[m]! * p + j]! * point[j]!;
    }
    return (value) => {
      let total = score[j]! * value;
      for (let m = 0; m < rows.length; m++) {
        const exponent = base[m]! + X.data[rows[m]! * p + j]! * value;
        total -= weight[m]! * fastExp(Math.min(exponent, LARGEST_EXPONENT));
      }
      return total;
    };
  }

  return Object.assign(loaded, { score, load, kernel, along });
}

/** log y[i]! of a response that may be rewritten between calls: Infinity where y[i] is no count, NaN where it is NaN. */
export function logFactorials(y: Vector): (i: number) => number {
  const seen = new Float64Array(y.length).fill(Number.NaN);
  const known = new Float64Array(y.length);
  return (i) => {
    if (seen[i] !== y[i]) {
      seen[i] = y[i]!;
      known[i] = logFactorial(y[i]!);
    }
    return known[i]!;
  };
}

function logFactorial(y: number): number {
  if (Number.isNaN(y)) return y;
  return y >= 0 && Number.isInteger(y) ? logGamma(y + 1) : Number.POSITIVE_INFINITY;
}
