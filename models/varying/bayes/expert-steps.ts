import type { Expert } from "../../../src/core/expert.ts";
import { expertApproximation } from "./expert-approximation.ts";
import { expertModes } from "./expert-modes.ts";
import { expertUpdate } from "./expert-update.ts";
import { type ExpertFunctions, expertWork } from "./expert-work.ts";
import { laplaceFunctions } from "./laplace.ts";

/** Update, maximum and approximation of one component's point: coordinates of the mean, then of the log dispersion. */
export function expertSteps(
  functions: ExpertFunctions,
): Required<Pick<Expert, "update" | "maximize" | "approximate">> {
  const { mean, levels, dispersion } = functions;
  const work = expertWork(functions);
  const ofMean = laplaceFunctions(mean, levels, functions.isNormal);
  const ofDispersion = dispersion && laplaceFunctions(dispersion.functions, [dispersion.level]);
  const modes = expertModes(functions, work, ofMean, ofDispersion);
  return {
    update: expertUpdate(functions, work, ofMean, ofDispersion),
    maximize: modes.climb,
    approximate: expertApproximation(functions, work, modes, ofMean, ofDispersion),
  };
}
