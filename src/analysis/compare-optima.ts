import { SAME_OPTIMUM } from "../../diagnostics/findings/compare.ts";
import type { OptimumOfDraws } from "../../diagnostics/findings/compare-evidence.ts";
import { degenerateExperts } from "../../samplers/em/degenerate.ts";
import { type EmResult, em } from "../../samplers/em.ts";
import { SamplerError } from "../core/errors.ts";
import { evenDraws, forEachState } from "../core/posterior.ts";
import type { Fitted } from "./fitted.ts";

/** So many draws are followed uphill. */
const DRAWS = 20;
/** Numbers that all climbs together may look at in one step; fewer draws are followed in larger problems. */
const WORK = 400_000;
const FEWEST = 8;

/**
 * The optima of the likelihood that EM reaches from draws spread evenly over the posterior, highest first: under
 * which of them the posterior has its mass. Labels do not matter.
 */
export function optimaOfDraws({ draws, target }: Fitted): OptimumOfDraws[] {
  const affordable = Math.floor(WORK / (target.n * target.capacity));
  const picks = evenDraws(draws, Math.min(DRAWS, Math.max(FEWEST, affordable)));
  const found: OptimumOfDraws[] = [];
  forEachState(target, draws, picks, (state) => {
    const end = climb(() => em(target, state));
    if (end === undefined) return;
    const { logLikelihood } = end;
    const degenerate = degenerateExperts(target, end.state).length > 0;
    const at = found.findIndex(
      (one) =>
        one.degenerate === degenerate &&
        Math.abs(one.logLikelihood - logLikelihood) <= SAME_OPTIMUM,
    );
    if (at < 0) found.push({ logLikelihood, count: 1, degenerate });
    else found[at] = { ...found[at]!, count: found[at]!.count + 1 };
  });
  return found.sort((a, b) => b.logLikelihood - a.logLikelihood);
}

/** Undefined where a climb is lost, as it may be beside a pole of the likelihood. */
function climb(run: () => EmResult): EmResult | undefined {
  try {
    const end = run();
    return Number.isFinite(end.logLikelihood) ? end : undefined;
  } catch (error) {
    if (error instanceof SamplerError) return undefined;
    throw error;
  }
}
