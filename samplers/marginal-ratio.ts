import type { State, Target } from "../src/core/target.ts";
import { fastExp, fastLog } from "../src/math/exp.ts";
import { type Component, componentOf } from "./components.ts";
import { addShare, keptShares, type Share, setShare, shareOf } from "./kept-shares.ts";
import { plainLogLikelihood } from "./plain-likelihood.ts";
import { birthRatio, sumOfLogRatios } from "./row-ratios.ts";

/** Ratios of likelihoods, allocations summed out, of a state that is kept and of states that differ by components. */
export interface MarginalRatio {
  /** Makes `state` the one that is kept. */
  keep(state: State): void;
  /**
   * Log likelihood with the components of `removed` exchanged for those of `added` (up to two of each), less that of the
   * kept state; or −Infinity where it is below `atLeast`, as soon as that is certain.
   */
  log(removed: readonly number[], added: readonly Component[], atLeast?: number): number;
  /** Makes the state of the last ratio the one that is kept; `origins` as `exchange` gives them. */
  accept(state: State, origins: readonly number[]): void;
  /** The shares of the kept state's components in order, their sums, and logs of the units they are in; only to be read. */
  readonly shares: readonly Share[];
  readonly total: Share;
  readonly unit: Share;
}

/** Beyond these odds of the known density a row has nothing to say. */
const LARGEST_LOG_ODDS = 600;

/**
 * With A_i = Σ_k e^(η_ik) f_ik and S_i = Σ_k e^(η_ik), the likelihood is Π A_i / S_i. Kept are every component's shares
 * of A_i and S_i, so that taking components away costs additions only; these sum the others anew and never subtract.
 */
export function marginalRatio(target: Target): MarginalRatio {
  const { n } = target;
  const kept = keptShares(target);
  const { total, unit } = kept;
  const fresh = [shareOf(n), shareOf(n)];
  const rest = shareOf(n);
  const density = new Float64Array(n);
  const odds = oddsOfKnown(target);
  const relative = { total, unit, density, odds: odds?.values };
  const birth = birthRatio(target, relative);
  const inLogs = plainRatio(target);
  let isDensityKnown = false;
  // What the last ratio was of: a new share beside the kept ones, or the sums in their stead; absent where it was worked
  // out in logs.
  let last: Share | undefined;

  function keep(state: State): void {
    kept.keep(state);
    inLogs.keep(state);
    odds?.keep(state, unit);
    isDensityKnown = false;
  }

  function logOfBirth(one: Component, atLeast: number): number {
    if (!isDensityKnown) kept.logDensity(density);
    isDensityKnown = true;
    last = fresh[0];
    return birth(one, fresh[0]!, atLeast);
  }

  /** The log ratio, NaN where a share is out of range. */
  function logOfExchange(removed: readonly number[], added: readonly Component[]): number {
    last = rest;
    kept.sumOthers(removed, rest);
    for (let j = 0; j < added.length; j++) {
      if (!kept.fill(added[j]!, fresh[j]!)) return Number.NaN;
      addShare(fresh[j]!, rest);
    }
    return sumOfLogRatios(rest, relative);
  }

  return {
    keep,
    shares: kept.shares,
    total,
    unit,

    log(removed, added, atLeast = Number.NEGATIVE_INFINITY) {
      const isBirth = removed.length === 0 && added.length === 1;
      const log = isBirth ? logOfBirth(added[0]!, atLeast) : logOfExchange(removed, added);
      if (!Number.isNaN(log)) return log;
      last = undefined;
      return inLogs.log(removed, added);
    },

    accept(state, origins) {
      if (last === undefined) return keep(state);
      if (last === rest) setShare(rest, total);
      else addShare(last, total);
      if (!kept.isInRange()) return keep(state);
      kept.reorder(origins, fresh);
      inLogs.keep(state);
      isDensityKnown = false;
    },
  };
}

/** The same ratio in logs: slow, for components that are too far apart. */
function plainRatio(target: Target) {
  const logLikelihood = plainLogLikelihood(target);
  let kept: State | undefined;
  return {
    keep(state: State): void {
      kept = state;
    },
    log(removed: readonly number[], added: readonly Component[]): number {
      const state = kept!;
      const now = Array.from({ length: state.theta.rows }, (_, k) => componentOf(state, k));
      const next = [...now.filter((_, k) => !removed.includes(k)), ...added];
      return logLikelihood(next, state.deviation) - logLikelihood(now, state.deviation);
    },
  };
}

/** Of a mixture that deviates from a known density g: (1 − λ) g / λ, in units of A / S. */
function oddsOfKnown({ n, deviation }: Target) {
  if (deviation === undefined) return undefined;
  const values = new Float64Array(n);
  return {
    values,
    keep(state: State, unit: Share): void {
      const [lambda = Number.NaN] = state.deviation?.lambda ?? [];
      const constant = fastLog(1 - lambda) - fastLog(lambda);
      deviation.known.logDensity(values);
      for (let i = 0; i < n; i++) {
        const log = constant + values[i]! - unit.joint[i]! + unit.gate[i]!;
        values[i] = fastExp(Math.min(log, LARGEST_LOG_ODDS));
      }
    },
  };
}
