import { gammaCdf, logGamma, studentCdf } from "../../src/math/stdlib.ts";

/** One hypothesis that was tested: its p-value and the numbers behind it, in words. */
export interface Evidence {
  readonly name: string;
  readonly p: number;
  readonly detail: string;
}

export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

/** Count, mean and unbiased variance. */
export function moments(values: ArrayLike<number>): Moments {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const delta = values[i]! - mean;
    mean += delta / (i + 1);
    squares += delta * (values[i]! - mean);
  }
  return { count: values.length, mean, variance: squares / (values.length - 1) };
}

/** P(|T| ≥ |t|) for Student's t with `df` degrees of freedom. */
export function twoSidedT(t: number, df: number): number {
  return 2 * studentCdf(-Math.abs(t), df);
}

/** Spread below this, relative to the mean, is rounding: the values are taken as constants. */
const ROUNDING = 1e-12;

/**
 * Welch's test that two means are equal; `reference` has variance 0 where it is known exactly.
 * Equal constants agree (p = 1), different constants do not (p = 0); a NaN disagrees.
 */
export function welch(name: string, sample: Moments, reference: Moments): Evidence {
  const a = sample.variance / sample.count;
  const b = reference.variance / reference.count;
  const difference = sample.mean - reference.mean;
  const detail = `${sample.mean.toPrecision(5)} against ${reference.mean.toPrecision(5)}`;
  const rounding = ROUNDING * Math.max(1, Math.abs(sample.mean), Math.abs(reference.mean));
  if (Math.sqrt(a + b) < rounding) {
    return { name, p: Math.abs(difference) < rounding ? 1 : 0, detail: `${detail}, no spread` };
  }
  const t = difference / Math.sqrt(a + b);
  const df = (a + b) ** 2 / (a ** 2 / (sample.count - 1) + b ** 2 / (reference.count - 1));
  const p = Number.isNaN(t) ? 0 : twoSidedT(t, df);
  return { name, p, detail: `${detail}, t = ${t.toFixed(2)}` };
}

/** A mean that is known without error. */
export function known(mean: number): Moments {
  return { count: 2, mean, variance: 0 };
}

/** P(chi-square with `df` degrees of freedom ≥ x). */
export function chiSquareTail(x: number, df: number): number {
  return 1 - gammaCdf(x, df / 2, 0.5);
}

/** P(Binomial(n, p) = k). */
export function binomialMass(k: number, n: number, p: number): number {
  const logChoose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** Two-sided exact p-value of k successes out of n: twice the smaller tail, at most 1. */
export function binomialTest(k: number, n: number, p: number): number {
  let below = 0;
  let above = 0;
  for (let i = 0; i <= n; i++) {
    const mass = binomialMass(i, n, p);
    if (i <= k) below += mass;
    if (i >= k) above += mass;
  }
  return Math.min(1, 2 * Math.min(below, above));
}

/**
 * Kolmogorov's test that independent `values` are uniform on (0, 1).
 * The p-value is the limit law at Stephens' corrected argument; good to 1e-3 from 20 values on. Source: [stephens1970].
 */
export function uniformityTest(name: string, values: Float64Array): Evidence {
  const sorted = values.slice().sort();
  const n = sorted.length;
  let distance = 0;
  for (let i = 0; i < n; i++) {
    distance = Math.max(distance, (i + 1) / n - sorted[i]!, sorted[i]! - i / n);
  }
  const root = Math.sqrt(n);
  const p = kolmogorovTail((root + 0.12 + 0.11 / root) * distance);
  return { name, p, detail: `Kolmogorov distance ${distance.toFixed(4)} of ${n}` };
}

/** P(sup |Brownian bridge| ≥ x). */
function kolmogorovTail(x: number): number {
  if (x < 0.3) return 1;
  let sum = 0;
  for (let j = 1; j <= 100; j++) sum += (j % 2 === 1 ? 2 : -2) * Math.exp(-2 * (j * x) ** 2);
  return Math.min(1, Math.max(0, sum));
}

/** Sum of autocorrelations up to Geyer's first negative pair, times two: 1 for independent values. */
export function autocorrelationTime(values: Float64Array): number {
  const n = values.length;
  const { mean, variance } = moments(values);
  if (!(variance > 0)) return 1;
  const correlation = (lag: number): number => {
    let sum = 0;
    for (let i = 0; i + lag < n; i++) sum += (values[i]! - mean) * (values[i + lag]! - mean);
    return sum / (n * variance);
  };
  let time = -1;
  for (let lag = 0; lag + 1 < n / 2; lag += 2) {
    const pair = correlation(lag) + correlation(lag + 1);
    if (pair <= 0) break;
    time += 2 * pair;
  }
  return Math.max(1, time);
}
