import type { Expert } from "../../../src/core/expert.ts";
import type { Target } from "../../../src/core/target.ts";
import { sortedBlocks } from "../../../src/core/variables.ts";

/** Mistake: the experts' sd is drawn too large by a factor. */
export function inflatedSd(target: Target, factor: number): Target {
  const position = sortedBlocks(target)[0]!.position;
  return withExpertUpdate(target, (rng, theta, members) => {
    target.expert.update(rng, theta, members);
    theta[position] = factor * theta[position]!;
  });
}

/** Mistake: the experts are updated under another prior, e.g. with one degree of freedom too many. */
export function updatedAs(target: Target, other: Target): Target {
  return withExpertUpdate(target, other.expert.update);
}

/** Mistake: the first of a component's rows is forgotten when its expert is updated. */
export function forgottenRow(target: Target): Target {
  return withExpertUpdate(target, (rng, theta, { rows, weight }) => {
    target.expert.update(rng, theta, { rows: rows.subarray(1), weight: weight.subarray(1) });
  });
}

function withExpertUpdate(target: Target, update: Expert["update"]): Target {
  return { ...target, expert: { ...target.expert, update } };
}
