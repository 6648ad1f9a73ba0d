import type { Finding } from "../../src/core/diagnostic.ts";
import type { Target } from "../../src/core/target.ts";
import type { Matrix } from "../../src/math/matrix.ts";
import { gateSeparation, separation } from "./gate-separation.ts";
import { count, rounded } from "./wording.ts";

/** Where one climb has ended. */
interface Reached {
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly gradientNorm: number;
  readonly degenerate: boolean;
  readonly atFloor: readonly number[];
  /** The model that lent the start, and what it had reached. */
  readonly from?: { readonly model: string; readonly logLikelihood: number };
}

/** What else a maximum is judged by. */
interface Judged {
  readonly components: readonly { readonly weight: number }[];
  /** Whether the model contains those that have lent starts. */
  readonly isNested: boolean;
  /** Starts that were given up. */
  readonly lost: number;
  /** Where starts were compared on a part of very many rows: where they have led there. */
  readonly part?: { readonly best: Reached; readonly climbs: readonly Reached[] };
}

/** What must be told of a maximum beside its numbers. */
export function maximumFindings(
  target: Target,
  best: Reached & { readonly responsibility: Matrix },
  runs: readonly Reached[],
  { components, isNested, lost, part }: Judged,
): Finding[] {
  // Log-likelihoods are compared with those of the same rows.
  const compared = part === undefined || best.degenerate ? { best, climbs: runs } : part;
  return [
    ...notConverged(best),
    ...degenerateStarts(compared.best, compared.climbs),
    ...(isNested ? belowNested(compared.best, compared.climbs) : []),
    ...lostStarts(lost, lost + runs.length),
    ...atFloor(best),
    ...vanishingExpert(components, target.n),
    ...(components.length > 1 && target.gate.dimension > 1
      ? gateSeparation(separation(target, best.responsibility))
      : []),
  ];
}

function notConverged({ converged, degenerate, iterations, gradientNorm }: Reached): Finding[] {
  if (converged || degenerate) return [];
  const message =
    `EM has not converged after ${count(iterations, "iteration")}: the largest derivative is ` +
    `${rounded(gradientNorm)} a row, so the estimates are not a maximum; allow more iterations, ` +
    "or ask for fewer experts";
  return [{ code: "em-not-converged", severity: "problem", message }];
}

/** A share of starts, ending above the highest regular one, that no accident explains. */
const MANY = 0.25;

/** Whether so many climbs have run off above the highest regular one that the likelihood must be said to have no bound. */
export function runsOff(
  best: Pick<Reached, "logLikelihood" | "degenerate">,
  runs: readonly Pick<Reached, "logLikelihood" | "degenerate">[],
): boolean {
  const above = runs.filter(
    ({ degenerate, logLikelihood }) => degenerate && logLikelihood > best.logLikelihood,
  );
  return !best.degenerate && above.length >= Math.max(2, MANY * runs.length);
}

function degenerateStarts(best: Reached, runs: readonly Reached[]): Finding[] {
  const spikes = runs.filter(({ degenerate }) => degenerate);
  if (spikes.length === 0) return [];
  const top = Math.max(...spikes.map(({ logLikelihood }) => logLikelihood));
  const cause =
    `${spikes.length} of ${count(runs.length, "start")} ended with an expert on rows that lie ` +
    "exactly on a line, or with an sd near zero, where the likelihood has no bound " +
    `(log-likelihood ${rounded(top)} when stopped); `;
  if (best.degenerate) {
    const message =
      `every optimum is degenerate: ${cause}nothing of this fit can be trusted; ask for fewer ` +
      "experts, give the sd a floor, or use priors";
    return [{ code: "degenerate-maximum", severity: "problem", message }];
  }
  const shown = `${cause}the highest optimum without such an expert is shown; `;
  if (runsOff(best, runs)) {
    const message =
      `${shown}so many starts say that these rows hold no more regular experts: ask for fewer, give the sd a floor, ` +
      "one sd for all, or use priors";
    return [{ code: "degenerate-likelihood", severity: "problem", message }];
  }
  const message = `${shown}look for copied or rounded values, or give the sd a floor`;
  return [{ code: "degenerate-start", severity: "note", message }];
}

/** Rounding of a log-likelihood, relative to 1 + its size. */
const ROUNDING = 1e-6;

/** A model with one expert fewer, or with a gate without covariates, is never better. */
function belowNested(best: Reached, runs: readonly Reached[]): Finding[] {
  const lenders = runs.flatMap(({ from, degenerate }) =>
    from === undefined || degenerate || from.model === "larger" ? [] : [from],
  );
  const top = lenders.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a), {
    model: "",
    logLikelihood: Number.NEGATIVE_INFINITY,
  });
  const slack = ROUNDING * (1 + Math.abs(best.logLikelihood));
  if (best.degenerate || best.logLikelihood >= top.logLikelihood - slack) return [];
  const what = top.model === "ungated" ? "with a gate without covariates" : "with one expert fewer";
  const message =
    `the same model ${what} reached a higher log-likelihood (${rounded(top.logLikelihood)} against ` +
    `${rounded(best.logLikelihood)}), so a higher maximum exists that no regular start has found; ask for more starts`;
  return [{ code: "below-nested-model", severity: "problem", message }];
}

/** Climbs that EM could not end, among all. */
export function lostStarts(lost: number, all: number): Finding[] {
  if (lost === 0) return [];
  const message =
    `${lost} of ${count(all, "start")} were given up, as their likelihood ran off to infinity or their ` +
    "numbers left what a computer can hold; the others decide; a floor under the sd avoids it";
  return [{ code: "lost-starts", severity: "note", message }];
}

function atFloor({ atFloor: at }: Reached): Finding[] {
  if (at.length === 0) return [];
  const message =
    `the sd of ${count(at.length, "expert")} is at its floor: the floor, not the data, decides it, and its standard ` +
    "error has no meaning; look at the rows of that expert, or ask for fewer experts";
  return [{ code: "sd-at-floor", severity: "note", message }];
}

function vanishingExpert(components: readonly { readonly weight: number }[], n: number): Finding[] {
  const gone = components.filter(({ weight }) => !(weight >= 1 / n));
  if (gone.length === 0) return [];
  const message =
    `${count(gone.length, "expert")} of ${components.length} has less weight than one row; it is ` +
    "kept, but nothing is known of it; ask for fewer experts";
  return [{ code: "vanishing-expert", severity: "problem", message }];
}
