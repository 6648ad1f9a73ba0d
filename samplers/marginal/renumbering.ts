import type { Info } from "../../src/core/kernel.ts";
import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { permutation } from "../../src/math/random/permutation.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";

/**
 * A function that rewrites `order`, the component of the state in each place of a canonical point, by a random one. All
 * are equally probable a priori, unless the prior holds the row of the state's last component at zero: then its ratio
 * decides, `base` being the place of that component.
 */
export function renumbering({ gate }: Target, posterior: MarginalPosterior) {
  const K = posterior.layout.components;
  const proposed = new Int32Array(K);
  return (rng: Rng, point: Vector, base: number, order: Int32Array, info: Info): void => {
    permutation(rng, proposed);
    if (gate.fixedRows === 1) {
      const next = proposed.indexOf(K - 1);
      const logRatio =
        next === base ? 0 : posterior.logPrior(point, next) - posterior.logPrior(point, base);
      const isAccepted = fastLog(uniform(rng)) < logRatio;
      count(info, "permute", 1, isAccepted ? 1 : 0);
      if (!isAccepted) return;
    }
    order.set(proposed);
  };
}

/** Writes how often a move was tried and accepted. */
export function count(info: Info, move: string, proposed: number, accepted: number): void {
  info[`${move}.proposed`] = proposed;
  info[`${move}.accepted`] = accepted;
}
