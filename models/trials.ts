import { ModelError } from "../src/core/errors.ts";
import type { ExpertsDeclaration } from "../src/core/model.ts";
import type { DesignPlan } from "../src/data/design.ts";
import { expertFamily } from "./experts/index.ts";

/** Throws a ModelError where a formula says trials() and what it is of does not count successes. */
export function checkTrials(
  { family, formula }: ExpertsDeclaration,
  experts: DesignPlan,
  gate: DesignPlan,
): void {
  if (gate.trials !== undefined) {
    throw new ModelError(
      `a gate formula must not hold trials(); got "${gate.formula}"; write it in the experts' formula`,
      { formula: gate.formula },
    );
  }
  if (experts.trials === undefined || expertFamily(family).takesTrials) return;
  throw new ModelError(
    `only experts that count successes may have trials(); got ${family} experts of "${formula}"; ` +
      'leave it out, or choose the family "binomial"',
    { family, formula },
  );
}
