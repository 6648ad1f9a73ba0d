import { lostStarts } from "../../diagnostics/findings/maximum.ts";
import { count, fewOf, sentence, toldApart } from "../../diagnostics/findings/wording.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { GridModel, ModelName } from "../report/grid-input.ts";
import type { GridFit } from "./grid-fits.ts";
import type { Fit } from "./refits.ts";

/** A log-likelihood that is lower by less than this, relative to 1 + its size, is not lower. */
const SAME = 1e-6;

/** What must be told of a grid beside its numbers. */
export function gridFindings(
  fits: readonly GridFit[],
  models: readonly GridModel[],
  dropped: number,
): Finding[] {
  const all = fits.flatMap(({ whole, folds }) => [whole, ...folds]);
  const unbounded = models.filter((_, m) => fits[m]!.whole.unbounded);
  return [
    ...nesting(fits, models),
    ...withoutBound(unbounded),
    ...searchFindings(models, all, dropped),
  ].map(asSentence);
}

/** What every search over models must tell of its fits. */
export function searchFindings(
  models: readonly Judged[],
  fits: readonly Pick<Fit, "climbs" | "lost">[],
  dropped: number,
): Finding[] {
  return [
    ...degenerate(models),
    ...unconverged(models),
    ...lostStarts(total(fits, "lost"), total(fits, "climbs")),
    ...incomplete(dropped),
  ].map(asSentence);
}

/** A model by its name, and whether its maximum is one. */
export type Judged = ModelName & Pick<GridModel, "converged" | "degenerate">;

const asSentence = (finding: Finding): Finding => ({
  ...finding,
  message: sentence(finding.message),
});

const nameOf = ({ formula, components }: ModelName): string =>
  `${count(components, "expert")} in "${formula}"`;

/** A mixture with one expert more contains this one; only a degenerate fit may be higher than what contains it. */
function nesting(fits: readonly GridFit[], models: readonly GridModel[]): Finding[] {
  const lower = models.flatMap((more, m) => {
    const less = models
      .filter((_, l) => fits[l]!.model === fits[m]!.model && fits[l]!.K < fits[m]!.K)
      .find((one) => !one.degenerate && isBelow(more, one));
    return less === undefined ? [] : [{ more, less }];
  });
  const [first] = lower;
  if (first === undefined) return [];
  const [of, than] = toldApart(first.more.logLikelihood, first.less.logLikelihood);
  const message =
    `${count(lower.length, "model")} fit worse than one that they contain, such as ${nameOf(first.more)} (log-likelihood ` +
    `${of}) than ${nameOf(first.less)} (${than}): their maximum was not found; use more starts`;
  return [{ code: "nesting-violated", severity: "problem", message }];
}

const isBelow = (a: GridModel, b: GridModel): boolean =>
  a.logLikelihood < b.logLikelihood - SAME * (1 + Math.abs(b.logLikelihood));

function withoutBound(models: readonly Judged[]): Finding[] {
  if (models.length === 0) return [];
  const message =
    `many starts of ${fewOf(models.map(nameOf))} ran off to a degenerate expert, above the optimum that is shown: the ` +
    "likelihood has no bound, and criteria that improve with the number of experts say nothing here; give the sd a floor";
  return [{ code: "unbounded-fit", severity: "problem", message }];
}

function degenerate(models: readonly Judged[]): Finding[] {
  const all = models.filter((model) => model.degenerate);
  if (all.length === 0) return [];
  const message =
    `every optimum of ${fewOf(all.map(nameOf))} is degenerate: an expert has an sd near zero or rows exactly on a line, ` +
    "where the likelihood has no bound; its criteria mean nothing and it is not chosen; give the sd a floor";
  return [{ code: "degenerate-fit", severity: "note", message }];
}

function unconverged(models: readonly Judged[]): Finding[] {
  const all = models.filter(({ converged, degenerate }) => !converged && !degenerate);
  if (all.length === 0) return [];
  const message =
    `EM has not converged for ${fewOf(all.map(nameOf))}: its log-likelihood may be too low; allow more iterations, or ` +
    "look whether the gate separates experts without error";
  return [{ code: "unconverged-fit", severity: "note", message }];
}

const total = (fits: readonly Pick<Fit, "climbs" | "lost">[], of: "climbs" | "lost"): number =>
  fits.reduce((sum, fit) => sum + fit[of], 0);

function incomplete(dropped: number): Finding[] {
  if (dropped === 0) return [];
  const message = `${count(dropped, "row")} ${dropped === 1 ? "was" : "were"} left out, for a missing value in one of the formulas: all models see the same rows`;
  return [{ code: "incomplete-rows", severity: "note", message }];
}
