import type { Expert } from "../../../src/core/expert.ts";
import { uniform } from "../../../src/math/rng.ts";

/** Mistake: every proposal around the mode is taken. */
export const takingEveryProposal = (expert: Expert): Expert => ({
  ...expert,
  update: (rng, theta, members) => void expert.approximate!(members).draw(rng, theta),
});

/** Mistake: the Metropolis ratio lacks the Jacobian of exp for the parameter at place 2. */
export const withoutJacobianOfExp = (expert: Expert): Expert => ({
  ...expert,
  update(rng, theta, members) {
    const { draw, logWeight } = expert.approximate!(members);
    const proposal = theta.slice();
    const ratio =
      draw(rng, proposal) - Math.log(proposal[2]!) - logWeight(theta) + Math.log(theta[2]!);
    if (Math.log(uniform(rng)) < ratio) theta.set(proposal);
  },
});
