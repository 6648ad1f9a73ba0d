import type { State, Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import { copy, type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import { type EmResult, em } from "../em.ts";
import { initialize } from "../initialize.ts";
import { fitToGroups } from "./fit-to-groups.ts";
import type { EmSettings } from "./settings.ts";
import { copyDeviation } from "./share.ts";
import { splits } from "./splits.ts";

/** Of the models that lend a start. */
const ITERATIONS = 300;
/** In which a split shows what it is worth. */
const TRIAL = 20;
/** Falls below this, relative to 1 + |log-likelihood|, are rounding errors. */
const ROUNDING = 1e-10;
const MOST_HALVINGS = 40;

/** Where a start comes from, and the log-likelihood that this model has reached. */
export interface Warm {
  readonly state: State;
  readonly logLikelihood: number;
}

/** How the models that lend a start are fitted. */
export type Lent = Pick<EmSettings, "sdFloor" | "tolerance">;

const quick = (rng: Rng, target: Target, settings: Lent): EmResult =>
  em(target, initialize(rng, target, "em"), { ...settings, maxIterations: ITERATIONS });

const climb = (target: Target, state: State, settings: Lent): EmResult =>
  em(target, state, { ...settings, maxIterations: TRIAL });

/**
 * From K − 1 experts: the one that leaves most of the residual squares is split in two, in the way
 * that a few steps of EM take highest. Not below the smaller model where the gate has an intercept.
 */
export function fromSmaller(rng: Rng, target: Target, smaller: Target, settings: Lent): Warm {
  const from = quick(rng, smaller, settings);
  const k = widest(smaller, from);
  let best: State | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (const halves of splits(smaller, from, k)) {
    const state = halved(target, from, k);
    const gated = fitToGroups(rng, target, withHalves(from.responsibility, k, halves));
    if (state.deviation !== undefined) gated.deviation!.lambda.set(state.deviation.lambda);
    row(state.theta, k).set(row(gated.theta, k));
    row(state.theta, state.theta.rows - 1).set(row(gated.theta, state.theta.rows - 1));
    for (const gamma of [state.gamma, gated.gamma]) {
      const tried = climb(target, { ...state, gamma: copy(gamma) }, settings);
      if (!(tried.logLikelihood > highest)) continue;
      highest = tried.logLikelihood;
      best = tried.state;
    }
  }
  const least = from.logLikelihood - ROUNDING * (1 + Math.abs(from.logLikelihood));
  const state =
    best !== undefined && highest >= least ? best : nearlyEqual(target, from, k, best, least);
  return { state, logLikelihood: from.logLikelihood };
}

/** The expert whose rows leave the most squares of residuals. */
function widest({ n, expert }: Target, { state, responsibility }: EmResult): number {
  const mean = new Float64Array(n);
  let most = -1;
  let widest = 0;
  for (let k = 0; k < state.theta.rows; k++) {
    expert.mean(row(state.theta, k), mean);
    let squares = 0;
    row(responsibility, k).forEach((r, i) => {
      squares += r * (expert.y[i]! - mean[i]!) ** 2;
    });
    if (squares > most) [most, widest] = [squares, k];
  }
  return widest;
}

/** The smaller model written with one expert more: k twice, each with half of its probability. */
function halved(target: Target, { state }: EmResult, k: number): State {
  const K = state.theta.rows + 1;
  const theta = matrix(K, target.expert.dimension);
  const gamma = matrix(K, target.gate.dimension);
  theta.data.set(state.theta.data);
  gamma.data.set(state.gamma.data);
  row(theta, K - 1).set(row(state.theta, k));
  row(gamma, K - 1).set(row(state.gamma, k));
  const at = target.gate.terms.indexOf("(Intercept)");
  if (at >= 0) for (const of of [k, K - 1]) row(gamma, of)[at] = row(gamma, of)[at]! - Math.LN2;
  toBaseline(target, gamma);
  return { theta, gamma, z: state.z.slice(), ...copyDeviation(state) };
}

/** Where the gate holds its last row at zero: shifts all rows so that it is; probabilities stay. */
function toBaseline({ gate }: Target, gamma: Matrix): void {
  if (gate.fixedRows === 0) return;
  const last = row(gamma, gamma.rows - 1).slice();
  for (let k = 0; k < gamma.rows; k++) {
    const of = row(gamma, k);
    for (let j = 0; j < of.length; j++) of[j] = of[j]! - last[j]!;
  }
}

/** Responsibilities with one row more: `half` of row k stays, the rest goes to the new one. */
function withHalves(responsibility: Matrix, k: number, half: Vector): Matrix {
  const { rows: K, columns: n, data } = responsibility;
  const out = matrix(K + 1, n);
  out.data.set(data);
  for (let i = 0; i < n; i++) {
    out.data[k * n + i] = data[k * n + i]! * half[i]!;
    out.data[K * n + i] = data[k * n + i]! * (1 - half[i]!);
  }
  return out;
}

/** The two halves moved apart towards another split, as little as the likelihood of the smaller model asks. */
function nearlyEqual(
  target: Target,
  from: EmResult,
  k: number,
  towards: State | undefined,
  least: number,
): State {
  const equal = halved(target, from, k);
  const other = towards ?? equal;
  const rows = [k, equal.theta.rows - 1];
  let share = 0.25;
  for (let count = 0; count < MOST_HALVINGS; count++, share /= 2) {
    const state = { ...equal, theta: copy(equal.theta) };
    for (const of of rows) {
      const to = row(state.theta, of);
      row(other.theta, of).forEach((value, j) => {
        to[j] = (1 - share) * to[j]! + share * value;
      });
    }
    if (em(target, state, { maxIterations: 0 }).logLikelihood >= least) return state;
  }
  return equal;
}

/** From K + 1 experts: the two whose responsibilities overlap most become one. */
export function fromLarger(rng: Rng, target: Target, larger: Target, settings: Lent): Warm {
  const { responsibility, logLikelihood } = quick(rng, larger, settings);
  const [a, b] = mostAlike(responsibility);
  const kept = Array.from({ length: responsibility.rows }, (_, k) => k).filter((k) => k !== b);
  const merged = matrix(kept.length, responsibility.columns);
  kept.forEach((k, at) => {
    row(merged, at).set(row(responsibility, k));
  });
  const into = row(merged, kept.indexOf(a));
  row(responsibility, b).forEach((r, i) => {
    into[i] = into[i]! + r;
  });
  return { state: fitToGroups(rng, target, merged), logLikelihood };
}

/** The pair a < b with the largest cosine of responsibilities. */
function mostAlike(responsibility: Matrix): readonly [number, number] {
  const dot = (a: number, b: number): number =>
    row(responsibility, a).reduce((sum, r, i) => sum + r * row(responsibility, b)[i]!, 0);
  let best: readonly [number, number] = [0, 1];
  let most = -1;
  for (let b = 1; b < responsibility.rows; b++) {
    for (let a = 0; a < b; a++) {
      const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
      if (cosine > most) [most, best] = [cosine, [a, b]];
    }
  }
  return best;
}

/** From a gate that sees no covariates: its probabilities as intercepts, where the gate has one. */
export function fromUngated(rng: Rng, target: Target, ungated: Target, settings: Lent): Warm {
  const from = quick(rng, ungated, settings);
  const K = from.state.theta.rows;
  const gamma = matrix(K, target.gate.dimension);
  const at = target.gate.terms.indexOf("(Intercept)");
  if (at < 0) target.gate.maximize(gamma, from.responsibility, 0);
  else {
    const log = matrix(K, ungated.n);
    ungated.gate.logProbability(from.state.gamma, log);
    for (let k = 0; k < K; k++) row(gamma, k)[at] = Math.max(row(log, k)[0]!, fastLog(1e-12));
    toBaseline(target, gamma);
  }
  return {
    state: {
      theta: copy(from.state.theta),
      gamma,
      z: from.state.z.slice(),
      ...copyDeviation(from.state),
    },
    logLikelihood: from.logLikelihood,
  };
}
