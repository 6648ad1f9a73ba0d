import type { Target } from "../../../src/core/target.ts";
import { sortedBlocks } from "../../../src/core/variables.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { uniform } from "../../../src/math/rng.ts";

/**
 * A random walk on log sd after the right update of the expert. Its density needs the Jacobian sd;
 * without it this is a mistake, with it the positive control.
 */
export function randomWalkOnLogSd(target: Target, jacobian: boolean): Target {
  const { expert } = target;
  const position = sortedBlocks(target)[0]!.position;
  const logDensity = new Float64Array(target.n);
  const proposal = new Float64Array(expert.dimension);
  const value = (theta: Float64Array, rows: Int32Array): number => {
    expert.logDensity(theta, logDensity);
    const likelihood = rows.reduce((sum, i) => sum + logDensity[i]!, 0);
    return expert.logPrior(theta) + likelihood + (jacobian ? Math.log(theta[position]!) : 0);
  };
  return {
    ...target,
    expert: {
      ...expert,
      update(rng, theta, members) {
        expert.update(rng, theta, members);
        proposal.set(theta);
        proposal[position] = theta[position]! * Math.exp(0.7 * normal(rng));
        const ratio = value(proposal, members.rows) - value(theta, members.rows);
        if (Math.log(uniform(rng)) < ratio) theta.set(proposal);
      },
    },
  };
}
