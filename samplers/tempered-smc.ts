import { SamplerError } from "../src/core/errors.ts";
import type { Expert } from "../src/core/expert.ts";
import { knownLogLikelihood } from "../src/core/mixture.ts";
import type { State, Target } from "../src/core/target.ts";
import { row, type Vector } from "../src/math/matrix.ts";
import { beta } from "../src/math/random/beta.ts";
import type { Rng } from "../src/math/rng.ts";
import { nextTemperature } from "./smc/next-temperature.ts";
import { copyParameters, type Population, population } from "./smc/population.ts";
import { allAtOnce, oneByOne } from "./smc/schedule.ts";
import { type TemperedPath, temperedPath } from "./smc/tempered-path.ts";
import { logMeanExp, relativeEffectiveSize, systematic } from "./smc/weights.ts";

/** How hard to work for one replicate of the evidence. */
export interface SmcOptions {
  /** Default 1000; rounded to a multiple of sweeps + 1. */
  readonly particles?: number;
  /** Sweeps that each survivor makes at a temperature; all states on its way are particles. Default 9. */
  readonly sweeps?: number;
  /** Effective size, relative to the number of particles, that a step to the next temperature must keep. Default 0.7. */
  readonly share?: number;
}

/** One estimate of log p(y | K), and how it was had. */
export interface SmcEvidence {
  readonly logEvidence: number;
  /** Ascending, from 0 to 1; empty where no path was needed. */
  readonly temperatures: readonly number[];
}

/** Particles at which a step is tried; all of them only where it is made. */
const TRIAL_PARTICLES = 200;
/** Below this relative effective size a density close to the posterior is not close enough. */
const LEAST_SHARE = 0.1;

/**
 * One estimate of log p(y | K), unbiased on the natural scale for a path fixed beforehand: particles go from the prior to the
 * posterior along Π_i Σ_k π_k(x_i) f(y_i | x_i, θ_k)^t, all states of each survivor's sweeps being particles. A single
 * component with a known approximation of its posterior needs no path. Beside a known density g the path goes from g alone
 * to the deviated mixture, with f / g for f and rows coming in one after another. Throws a SamplerError for a random K.
 * Source: [delmoral2006] §3, [dau2022].
 */
export function temperedEvidence(rng: Rng, target: Target, options: SmcOptions = {}): SmcEvidence {
  const { particles = 1000, sweeps = 9, share = 0.7 } = options;
  if (typeof target.components !== "number") {
    throw new SamplerError(
      "the evidence is of a fixed number of components; the model has a prior on it. Fix `components` first",
    );
  }
  checkEffort(particles, sweeps, share);
  const isOneExpert = target.components === 1 && target.deviation === undefined;
  if (isOneExpert && target.expert.approximate !== undefined) {
    const logEvidence = byApproximation(rng, target.expert, particles);
    if (logEvidence !== undefined) return { logEvidence, temperatures: [] };
  }
  return anneal(rng, target, Math.max(2, Math.round(particles / (sweeps + 1))), sweeps, share);
}

function checkEffort(particles: number, sweeps: number, share: number): void {
  const mustBeWhole = (name: string, value: number, least: number): void => {
    if (Number.isSafeInteger(value) && value >= least) return;
    throw new SamplerError(`\`${name}\` must be a whole number ≥ ${least}; got ${value}`);
  };
  mustBeWhole("particles", particles, 10);
  mustBeWhole("sweeps", sweeps, 1);
  if (!(share > 0 && share < 1)) {
    throw new SamplerError(`\`share\` must be between 0 and 1; got ${share}`);
  }
}

/** Importance sampling of one component: exact where its approximation is; undefined where it is too far off. */
function byApproximation(rng: Rng, expert: Expert, draws: number): number | undefined {
  const n = expert.y.length;
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const q = expert.approximate!({ rows, weight: new Float64Array(n).fill(1) });
  const theta = new Float64Array(expert.dimension);
  const logWeight = Float64Array.from({ length: draws }, () => q.draw(rng, theta));
  return relativeEffectiveSize(logWeight) < LEAST_SHARE ? undefined : logMeanExp(logWeight);
}

function anneal(
  rng: Rng,
  target: Target,
  survivors: number,
  sweeps: number,
  share: number,
): SmcEvidence {
  const K = target.capacity;
  const each = sweeps + 1;
  const rows = { z: new Int32Array(target.n), fromKnown: new Uint8Array(target.n) };
  let current = population(target, K, survivors * each, rows);
  let next = population(target, K, survivors * each, rows);
  const isDeviated = target.deviation !== undefined;
  const schedule = isDeviated ? oneByOne(rng, target.n) : allAtOnce;
  const path = temperedPath(target, schedule);
  const logWeight = new Float64Array(current.length);
  const ancestors = new Int32Array(survivors);

  for (const state of current) samplePrior(rng, target, state);
  const temperatures = [0];
  let logEvidence = isDeviated ? knownLogLikelihood(target) : 0;
  let step = 0.5;
  for (let t = 0; t < 1; ) {
    const to = chooseNext(path, current, t, Math.min(2 * step, 1 - t), share);
    step = to - t;
    path.incrementalWeights(current, t, to, logWeight);
    const increment = logMeanExp(logWeight);
    mustGoOn(increment, t, to);
    logEvidence += increment;
    temperatures.push(to);
    t = to;
    if (t === 1) break;
    systematic(rng, logWeight, ancestors);
    for (let m = 0; m < survivors; m++) {
      copyParameters(current[ancestors[m]!]!, next[m * each]!);
      for (let s = 1; s < each; s++) {
        const state = next[m * each + s]!;
        copyParameters(next[m * each + s - 1]!, state);
        path.sweep(rng, t, state);
      }
    }
    [current, next] = [next, current];
  }
  return { logEvidence, temperatures };
}

function samplePrior(rng: Rng, target: Target, { theta, gamma, deviation: at }: State): void {
  const { expert, gate, deviation } = target;
  for (let k = 0; k < theta.rows; k++) expert.samplePrior(rng, row(theta, k));
  for (let k = 0; k < theta.rows - gate.fixedRows; k++) gate.samplePrior(rng, row(gamma, k));
  if (deviation !== undefined) at!.lambda[0] = beta(rng, deviation.a, deviation.b);
}

/** The next temperature, from an even choice of the particles. */
function chooseNext(
  path: TemperedPath,
  particles: Population,
  from: number,
  most: number,
  share: number,
): number {
  const count = Math.min(TRIAL_PARTICLES, particles.length);
  const stride = Math.floor(particles.length / count);
  // One place further within each stretch, lest all be the first of their chains.
  const some = Array.from({ length: count }, (_, i) => particles[i * stride + (i % stride)]!);
  const weights = (t: number, out: Vector) => path.incrementalWeights(some, from, t, out);
  return nextTemperature(from, most, share, weights, new Float64Array(count));
}

function mustGoOn(increment: number, from: number, to: number): void {
  if (Number.isFinite(increment) && to > from) return;
  throw new SamplerError(
    "the response must be possible under some draw of the prior; the path to the posterior ends at temperature " +
      `${from} with a log evidence of ${increment}; look for extreme values in the data, or change the priors`,
    { from, to },
  );
}
