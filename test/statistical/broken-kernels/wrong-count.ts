import type { MarginalMove, Repeated } from "../../../samplers/moves/marginal.ts";
import type { CountPrior } from "../../../src/core/distribution.ts";
import type { Target } from "../../../src/core/target.ts";

/** The target with p(K) multiplied by e^logFactor(K), for one move alone: its prior, and what it leaves invariant, differ. */
export function withCountFactor(target: Target, logFactor: (K: number) => number): Target {
  const prior = target.components as CountPrior;
  const logProbability = (K: number): number => prior.logProbability(K) + logFactor(K);
  return { ...target, components: { ...prior, logProbability } };
}

/** Mistake: the mass of the prior beyond the largest number is put on that number, for lack of renormalising. */
export function withTailOnLast(target: Target, uncut: CountPrior): Target {
  const { capacity } = target;
  let tail = 0;
  for (let K = capacity; K <= uncut.max; K++) tail += Math.exp(uncut.logProbability(K));
  const factor = Math.log(tail) - uncut.logProbability(capacity);
  return withCountFactor(target, (K) => (K === capacity ? factor : 0));
}

/** Mistake: where a death cannot be, a birth is tried instead, and its acceptance ratio does not know. */
export function neverInVain(make: Repeated["make"]): Repeated["make"] {
  return (target, ratio): MarginalMove => {
    const move = make(target, ratio);
    return {
      ...move,
      step(rng, state, info, warmup) {
        for (;;) {
          const tried: Record<string, number> = {};
          const next = move.step(rng, state, tried, warmup);
          Object.assign(info, tried);
          if (state.theta.rows > 1 || tried["birth.proposed"] !== undefined) return next;
        }
      },
    };
  };
}
