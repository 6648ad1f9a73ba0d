import { type Component, emptyComponents, exchangeWithRows } from "../../samplers/components.ts";
import { countPriorOf } from "../../src/core/count.ts";
import type { Info, Move } from "../../src/core/kernel.ts";
import { firstRows } from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { columnLogSumExp } from "../../src/math/columns.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { matrix, row, type Vector } from "../../src/math/matrix.ts";
import { integerBelow, type Rng, uniform } from "../../src/math/rng.ts";

/** How a birth counts the empties that it could have come from and gone to; the mistake is to leave it out. */
export type EmptyCount = (K: number, empties: number) => number;

/** log (K + 1) / (m + 1), for a birth from K components of which m are empty. */
const placesAndVictims: EmptyCount = (K, empties) => Math.log((K + 1) / (empties + 1));

/**
 * The simple comparator: birth of an empty component from the prior, or death of an empty one, allocations kept. A birth
 * is accepted with ratio p(K + 1) / p(K) · (K + 1) / (m + 1) · Π_i S_i / (S_i + e^(η_i)), S_i the sum of the gate's weights
 * at row i: the new component takes one of K + 1 places, and the reverse death chooses among m + 1 empties.
 * Source: [green1995]; the empties: [richardson1997].
 */
export function emptyBirthDeath(target: Target, logCount: EmptyCount = placesAndVictims): Move {
  const prior = countPriorOf(target, "birth and death of empties");
  const { n, capacity, gate, expert } = target;
  const term = new Float64Array(n);
  const others = matrix(capacity, n);
  const logTotal = new Float64Array(n);
  const logSumExp = columnLogSumExp(n);

  /** Σ_i log (S_i + e^(η_i)) − log S_i, S without component `without`, η of the row `gamma`. */
  function logCost({ gamma }: State, extra: Vector, without: number): number {
    let used = 0;
    for (let k = 0; k < gamma.rows; k++) {
      if (k !== without) gate.logWeight(row(gamma, k), row(others, used++));
    }
    logSumExp(firstRows(others, used), logTotal);
    gate.logWeight(extra, term);
    let cost = 0;
    let product = 1;
    for (let i = 0; i < n; i++) {
      const exponent = term[i]! - logTotal[i]!;
      if (exponent > 300) cost += exponent;
      else product *= 1 + fastExp(exponent);
      if (product > 1e150) {
        cost += fastLog(product);
        product = 1;
      }
    }
    return cost + fastLog(product);
  }

  function birth(rng: Rng, state: State, empties: number): State | undefined {
    const K = state.theta.rows;
    if (K === prior.max) return undefined;
    const added: Component = {
      theta: new Float64Array(expert.dimension),
      gamma: new Float64Array(gate.dimension),
    };
    expert.samplePrior(rng, added.theta);
    gate.samplePrior(rng, added.gamma);
    const ratio = logBirth(K, empties) - logCost(state, added.gamma, -1);
    return Math.log(uniform(rng)) < ratio ? exchangeWithRows(rng, state, [], [added]) : undefined;
  }

  function death(rng: Rng, state: State, empties: readonly number[]): State | undefined {
    const K = state.theta.rows;
    if (K === 1 || empties.length === 0) return undefined;
    const victim = empties[integerBelow(rng, empties.length)]!;
    const ratio = logCost(state, row(state.gamma, victim), victim);
    const reverse = logBirth(K - 1, empties.length - 1);
    return Math.log(uniform(rng)) < ratio - reverse
      ? exchangeWithRows(rng, state, [victim], [])
      : undefined;
  }

  const logBirth = (K: number, empties: number): number =>
    prior.logProbability(K + 1) - prior.logProbability(K) + logCount(K, empties);

  return {
    name: "birth and death of empties",
    step(rng, state) {
      const empties = emptyComponents(state);
      const isBirth = uniform(rng) < 0.5;
      const next = isBirth ? birth(rng, state, empties.length) : death(rng, state, empties);
      const name = isBirth ? "birth" : "death";
      const info: Info = {
        [`${name}.proposed`]: 1,
        [`${name}.accepted`]: next === undefined ? 0 : 1,
      };
      return { state: next ?? state, info };
    },
  };
}
