import { fastLog } from "../math/exp.ts";
import { mean } from "../math/moments.ts";
import { medianSorted, quantileSorted, sorted } from "../math/order.ts";
import { integerBelow, type Rng } from "../math/rng.ts";

/** A slope with its bootstrap interval. */
export interface Slope {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Values of one measure at one size, one a replicate that has it. */
export interface AtSize {
  readonly n: number;
  readonly values: Float64Array;
}

export const BOOTSTRAP = 1000;
const LEVEL = 0.95;
const TRIM = 0.1;

/** The mean without the lowest and the highest tenth of the values; NaN where there are none. */
export function trimmedMean(values: Float64Array): number {
  const cut = Math.floor(TRIM * values.length);
  return mean(sorted(values).subarray(cut, values.length - cut));
}

/**
 * Slope of the least squares line of log median on `regressor(n)`, with the percentile interval of a
 * bootstrap of the replicates within each size. Undefined with fewer than two sizes whose median is
 * positive.
 */
export function slopeOf(
  rng: Rng,
  sizes: readonly AtSize[],
  regressor: (n: number) => number = fastLog,
): Slope | undefined {
  const used = sizes.filter(({ values }) => values.length > 0 && medianSorted(sorted(values)) > 0);
  if (used.length < 2) return undefined;
  const x = Float64Array.from(used, ({ n }) => regressor(n));
  const estimate = lineSlope(
    x,
    used.map(({ values }) => fastLog(medianSorted(sorted(values)))),
  );
  const resampled = used.map(({ values }) => new Float64Array(values.length));
  const slopes = new Float64Array(BOOTSTRAP);
  for (let b = 0; b < BOOTSTRAP; b++) {
    const logs = used.map(({ values }, s) => {
      const out = resampled[s]!;
      for (let i = 0; i < out.length; i++) out[i] = values[integerBelow(rng, values.length)]!;
      return fastLog(medianSorted(out.sort()));
    });
    slopes[b] = lineSlope(x, logs);
  }
  const finite = sorted(slopes.filter(Number.isFinite));
  const low = quantileSorted(finite, (1 - LEVEL) / 2);
  return { estimate, low, high: quantileSorted(finite, (1 + LEVEL) / 2) };
}

/** log(log n / n): what the density rate √(log n / n) is a power of. */
export const logRate = (n: number): number => fastLog(fastLog(n) / n);

function lineSlope(x: Float64Array, y: readonly number[]): number {
  const centre = mean(x);
  let above = 0;
  let below = 0;
  for (let s = 0; s < x.length; s++) {
    above += (x[s]! - centre) * y[s]!;
    below += (x[s]! - centre) ** 2;
  }
  return above / below;
}
