import type { State, Target } from "../src/core/target.ts";
import { fastExp, fastLog } from "../src/math/exp.ts";
import { type Component, componentOf } from "./components.ts";
import { keptShares, setShare, writeDensity } from "./kept-shares.ts";
import { plainLogLikelihood } from "./plain-likelihood.ts";
import { birthRatio, logRatios, roundsOf } from "./row-ratios.ts";
import { shareLoops } from "./share-lanes.ts";
import type { Share } from "./share-loops.ts";

/** Ratios of likelihoods, allocations summed out, of a state that is kept and of states that differ by components. */
export interface MarginalRatio {
  /** Makes `state` the one that is kept. */
  keep(state: State): void;
  /** The same of a state whose components have the gate rows of the kept one's: the experts' parameters alone are new. */
  keepDensities(state: State): void;
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

/** Two of new components and the sums of the others, beside the shares of a state. */
const SPARE_SHARES = 3;
/** Beyond these odds of the known density a row has nothing to say. */
const LARGEST_LOG_ODDS = 600;

/**
 * With A_i = Σ_k e^(η_ik) f_ik and S_i = Σ_k e^(η_ik), the likelihood is Π A_i / S_i. Kept are every component's shares
 * of A_i and S_i, so that taking components away costs additions only; these sum the others anew and never subtract.
 */
export function marginalRatio(target: Target): MarginalRatio {
  const { n, capacity } = target;
  const loops = shareLoops(n, capacity + SPARE_SHARES, roundsOf(n));
  const kept = keptShares(target, loops);
  const { total, unit } = loops;
  const fresh = [loops.share(), loops.share()];
  const rest = loops.share();
  const odds = oddsOfKnown(target);
  const birth = birthRatio(target, loops, odds?.values);
  const ofExchange = logRatios(loops, odds?.values);
  const inLogs = plainRatio(target);
  let isDensityKnown = false;
  // What the last ratio was of: a new share beside the kept ones, or the sums in their stead; absent where it was worked
  // out in logs.
  let last: Share | undefined;

  function keep(state: State, isGateKept = false): void {
    if (isGateKept) kept.keepDensities(state);
    else kept.keep(state);
    inLogs.keep(state);
    odds?.keep(state, unit);
    isDensityKnown = false;
  }

  function logOfBirth(one: Component, atLeast: number): number {
    if (!isDensityKnown) writeDensity(loops);
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
      loops.add(rest, fresh[j]!, rest);
    }
    return ofExchange(rest);
  }

  return {
    keep: (state) => keep(state),
    keepDensities: (state) => keep(state, true),
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
      else loops.add(total, last, total);
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
