import type { Finding } from "../../src/core/diagnostic.ts";
import { logJoint, mixtureScratch, toResponsibilities } from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { copy, type Matrix, matrix, row } from "../../src/math/matrix.ts";
import { rounded } from "./wording.ts";

/** What becomes of the gate as its prior is taken away. */
export interface Separation {
  /**
   * The largest range, over rows, of the log-odds of two components when the gate's prior has the
   * weight 0.01, 0.0001 and 0.000001; shorter where it has stopped growing.
   */
  readonly ranges: readonly number[];
  /** The smallest increase from one range to the next. */
  readonly growth: number;
  readonly separated: boolean;
}

const PRIOR_WEIGHTS = [1e-2, 1e-4, 1e-6];
/**
 * A separated gate's log-odds grow like log(1 / weight), by about log 100 = 4.6 for a factor 100;
 * others by 0.
 */
const GROWTH_PER_FACTOR = 1.5;
const MOST_STEPS = 100;
/** EM is at its fixed point when a step moves the range by less. */
const STILL = 1e-4;

/**
 * Whether the gate's likelihood has a maximum: climbs by EM from the given responsibilities (K × n,
 * of the best draw) with less and less of the gate's prior. Under separation the log-odds grow
 * without end. The experts keep their prior, so that only the gate can run away. target: on the
 * scale that is sampled, so that no coefficient is huge merely by its unit. Source: [albert1984],
 * [heinze2002].
 */
export function separation(target: Target, responsibility: Matrix): Separation {
  const climb = climber(target, responsibility);
  const ranges = [climb(PRIOR_WEIGHTS[0]!)];
  let growth = Number.POSITIVE_INFINITY;
  for (let j = 1; j < PRIOR_WEIGHTS.length && growth >= GROWTH_PER_FACTOR; j++) {
    ranges.push(climb(PRIOR_WEIGHTS[j]!));
    growth = Math.min(growth, ranges[j]! - ranges[j - 1]!);
  }
  return { ranges, growth, separated: growth >= GROWTH_PER_FACTOR };
}

/**
 * A function that goes on with EM under a weight of the gate's prior and returns the range that it
 * ends with.
 */
function climber(target: Target, start: Matrix): (priorWeight: number) => number {
  const K = start.rows;
  const scratch = mixtureScratch(target);
  const logProbability = matrix(K, target.n);
  const rows = Int32Array.from({ length: target.n }, (_, i) => i);
  const state: State = {
    theta: startingExperts(target, K),
    gamma: matrix(K, target.gate.dimension),
    z: new Int32Array(target.n),
  };
  let responsibility = copy(start);

  function step(priorWeight: number): number {
    for (let k = 0; k < K; k++) {
      target.expert.maximize(row(state.theta, k), { rows, weight: row(responsibility, k) }, 1);
    }
    target.gate.maximize(state.gamma, responsibility, priorWeight);
    responsibility = toResponsibilities(logJoint(target, state, scratch), scratch);
    target.gate.logProbability(state.gamma, logProbability);
    return largestRange(logProbability);
  }

  return (priorWeight) => {
    let range = step(priorWeight);
    for (let t = 1; t < MOST_STEPS; t++) {
      const next = step(priorWeight);
      const moved = Math.abs(next - range);
      range = next;
      if (moved < STILL) break;
    }
    return range;
  };
}

/** Positive parameters at one, the others at zero: where maximizing starts. */
function startingExperts({ expert }: Target, K: number): Matrix {
  const theta = matrix(K, expert.dimension);
  for (let k = 0; k < K; k++) {
    let from = 0;
    for (const { size, support } of expert.layout) {
      if (support !== "real") row(theta, k).fill(1, from, from + size);
      from += size;
    }
  }
  return theta;
}

/** Over pairs of components: how far their log-odds differ between two rows, at most. */
function largestRange({ rows: K, columns: n, data }: Matrix): number {
  let largest = 0;
  for (let k = 1; k < K; k++) {
    for (let l = 0; l < k; l++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < n; i++) {
        const logOdds = data[k * n + i]! - data[l * n + i]!;
        low = Math.min(low, logOdds);
        high = Math.max(high, logOdds);
      }
      largest = Math.max(largest, high - low);
    }
  }
  return largest;
}

export function gateSeparation({ ranges, separated }: Separation): Finding[] {
  if (!separated) return [];
  const message =
    "the gate separates the rows, so its likelihood has no maximum: the range of its log-odds grows " +
    `${ranges.map(rounded).join(" → ")} as the weight of its prior falls 0.01 → 0.0001 → 0.000001; ` +
    "how steep the gate is comes from the prior alone; " +
    "read where experts change over, not how fast, or give the gate a prior that you believe in";
  return [{ code: "gate-separation", severity: "problem", message }];
}
