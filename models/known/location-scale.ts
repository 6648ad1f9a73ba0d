import { fastExp, fastLog } from "../../src/math/exp.ts";
import { log1p } from "../../src/math/log-sum-exp.ts";
import { exponential } from "../../src/math/random/exponential.ts";
import { gamma } from "../../src/math/random/gamma.ts";
import { normal } from "../../src/math/random/normal.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { logGamma, normalCdf, studentCdf } from "../../src/math/stdlib.ts";

/** A distribution at location 0 and scale 1. */
export interface Standard {
  logDensity(t: number): number;
  cdf(t: number): number;
  sample(rng: Rng): number;
  /** NaN where there is none. */
  readonly mean: number;
  /** ∞ or NaN where there is none. */
  readonly variance: number;
}

const LOG_SQRT_2_PI = 0.5 * Math.log(2 * Math.PI);

const standardNormal: Standard = {
  logDensity: (t) => -0.5 * t * t - LOG_SQRT_2_PI,
  cdf: normalCdf,
  sample: normal,
  mean: 0,
  variance: 1,
};

/** Density ½ exp(−|t|). */
const standardLaplace: Standard = {
  logDensity: (t) => -Math.abs(t) - Math.LN2,
  cdf: (t) => (t < 0 ? 0.5 * fastExp(t) : 1 - 0.5 * fastExp(-t)),
  sample: (rng) => (uniform(rng) < 0.5 ? -1 : 1) * exponential(rng),
  mean: 0,
  variance: 2,
};

function standardStudent(df: number): Standard {
  const constant = logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * fastLog(df * Math.PI);
  return {
    logDensity: (t) => constant - 0.5 * (df + 1) * log1p((t * t) / df),
    cdf: (t) => studentCdf(t, df),
    sample: (rng) => normal(rng) / Math.sqrt(gamma(rng, df / 2) / (df / 2)),
    mean: df > 1 ? 0 : Number.NaN,
    variance: df > 2 ? df / (df - 2) : df > 1 ? Number.POSITIVE_INFINITY : Number.NaN,
  };
}

/** A kind of density that may be known: how it is written, and what it is at location 0 and scale 1. */
export interface KnownFamily {
  readonly name: string;
  /** Names of the arguments: numbers of `shape` first, then location and scale. */
  readonly parameters: readonly string[];
  readonly example: string;
  /** shape: the numbers before location and scale. */
  standard(shape: readonly number[]): Standard;
}

/** Every density that may be known; a new one is an entry here. */
export const knownFamilies: readonly KnownFamily[] = [
  {
    name: "normal",
    parameters: ["mean", "sd"],
    example: "normal(2 + 0.5*x, 1)",
    standard: () => standardNormal,
  },
  {
    name: "laplace",
    parameters: ["location", "scale"],
    example: "laplace(0.3*x, 1)",
    standard: () => standardLaplace,
  },
  {
    name: "student",
    parameters: ["df", "location", "scale"],
    example: "student(4, 0.3*x, 1)",
    standard: ([df]) => standardStudent(df!),
  },
];
