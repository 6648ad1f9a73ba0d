import { perColumn } from "../../models/per-column.ts";
import { compileDistribution } from "../../models/priors/index.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { ExpertFamily } from "../../src/core/expert.ts";
import { climb } from "../../src/math/climb.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import { uniform } from "../../src/math/rng.ts";

const MOST_ROUNDS = 200;
/** Where all errors are zero the likelihood grows without bound as the scale shrinks. */
const SMALLEST_SCALE = 1e-8;

/** Linear regression with logistic errors: y = x'coef + scale · e; theta = (coef, scale). */
export const logistic: ExpertFamily = {
  name: "logistic",
  reference: "[gelman2013]",
  priors: ["independent"],
  defaultPrior({ y }) {
    const size = sizeOf(y);
    const coefficients = { kind: "normal", mean: 0, sd: 10 * size };
    return { kind: "independent", coefficients, sd: { kind: "half-normal", sd: size } };
  },
  compile({ n, y, design }, prior) {
    if (prior.kind !== "independent" || prior.sd === undefined) {
      throw new ModelError("the prior of logistic experts must be independent, with `sd`");
    }
    const p = design.X.columns;
    const declared = [...perColumn("coefficients", prior.coefficients, p), prior.sd];
    const priors = declared.map(compileDistribution);
    const fitted = new Float64Array(n);
    /** Of first steps: any constant serves, one that follows theta would bias the draws. */
    const width = sizeOf(y) / 4;

    function mean(theta: Vector, out: Vector): void {
      linearPredictor(design.X.data, p, n, theta, out);
      if (design.offset) for (let i = 0; i < n; i++) out[i] = out[i]! + design.offset[i]!;
    }

    const logErrorDensity = (residual: number, scale: number): number => {
      const e = Math.abs(residual) / scale;
      return -e - 2 * Math.log1p(Math.exp(-e)) - Math.log(scale);
    };

    const logPrior = (theta: Vector): number =>
      priors.reduce((total, { logDensity }, j) => total + logDensity(theta[j]!), 0);

    function logLikelihood(theta: Vector, rows: Int32Array, weight: Vector): number {
      if (!(theta[p]! > SMALLEST_SCALE)) return Number.NEGATIVE_INFINITY;
      mean(theta, fitted);
      return rows.reduce(
        (total, i, m) => total + weight[m]! * logErrorDensity(y[i]! - fitted[i]!, theta[p]!),
        0,
      );
    }

    type Search = (f: (x: number) => number, x: number, width: number) => number;

    /** Replaces each entry of theta in turn by what `search` finds along it. */
    function eachEntry(theta: Vector, logTarget: () => number, search: Search): void {
      for (let j = 0; j <= p; j++) {
        const along = (x: number): number => {
          theta[j] = x;
          return logTarget();
        };
        theta[j] = search(along, theta[j]!, width);
      }
    }

    return {
      layout: [
        { name: "coef", size: p, support: "real", terms: design.terms },
        { name: "scale", size: 1, support: "positive" },
      ],
      dimension: p + 1,
      updates: [{ block: "coef, scale", method: "slice sampling, one entry at a time" }],
      y,
      logPrior,
      mean,
      logDensity(theta, out) {
        mean(theta, out);
        for (let i = 0; i < n; i++) out[i] = logErrorDensity(y[i]! - out[i]!, theta[p]!);
      },
      variance: (theta, out) => void out.fill((theta[p]! * Math.PI) ** 2 / 3),
      cumulative(theta, out) {
        mean(theta, out);
        for (let i = 0; i < n; i++) out[i] = 1 / (1 + Math.exp((out[i]! - y[i]!) / theta[p]!));
      },
      samplePrior(rng, theta) {
        for (let j = 0; j <= p; j++) theta[j] = priors[j]!.sample(rng);
      },
      simulate(rng, theta, rows, into) {
        mean(theta, fitted);
        for (const i of rows) {
          const u = uniform(rng);
          into[i] = fitted[i]! + theta[p]! * Math.log(u / (1 - u));
        }
      },
      update(rng, theta, { rows, weight }) {
        const logTarget = () => logPrior(theta) + logLikelihood(theta, rows, weight);
        eachEntry(theta, logTarget, (f, x, w) => sliceSample(rng, f, x, w));
      },
      maximize(theta, { rows, weight }, priorWeight) {
        const logTarget = () =>
          logLikelihood(theta, rows, weight) + (priorWeight && priorWeight * logPrior(theta));
        for (let round = 0, gain = 1; round < MOST_ROUNDS && gain > 1e-12; round++) {
          const before = logTarget();
          eachEntry(theta, logTarget, climb);
          gain = logTarget() - before;
        }
      },
    };
  },
};

/** Root mean square. */
function sizeOf(y: Vector): number {
  return Math.sqrt(y.reduce((sum, v) => sum + v * v, 0) / y.length) || 1;
}
