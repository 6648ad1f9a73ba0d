import { rounded } from "../../diagnostics/findings/wording.ts";
import { compareRoutes } from "../../diagnostics/posterior-from-evidence.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { CountUnderPrior, OneCount, WithError } from "../report/selection-input.ts";
import { bestEvidence } from "./best-evidence.ts";
import { MOST_ROWS } from "./evidence-of-counts.ts";

/** Beyond so many standard errors two routes to one probability disagree. */
const MOST_ERRORS = 4;
/** Standard errors of the chains are themselves too small by about so much; source: our own replicates. */
const INFLATION = 1.3;
const LARGEST_RHAT = 1.05;
/** Two exact log evidences may differ by so much. */
const ROUNDING = 1e-6;

/** What the routes to the number of experts say of each other. */
export function selectionFindings(
  [own]: readonly CountUnderPrior[],
  counts: readonly OneCount[],
): Finding[] {
  return [
    ...routesDisagree(own, counts),
    ...evidencesDisagree(counts),
    ...evidenceMissing(counts),
    ...evidenceUncertain(counts),
    ...unsettledCounts(counts),
  ];
}

function routesDisagree(own: CountUnderPrior | undefined, counts: readonly OneCount[]): Finding[] {
  if (own?.fromEvidence === undefined) return [];
  const chains = own.probability.map((value, k) => {
    const mcse = own.mcse[k]!;
    return { value, se: Number.isNaN(mcse) ? 0 : INFLATION * mcse };
  });
  const { z, K } = compareRoutes(byNumber(chains), byNumber(own.fromEvidence));
  if (!(z > MOST_ERRORS) || K === undefined) return [];
  // An evidence that its own replicates do not agree on cannot call the chains wrong.
  if (counts.some((count) => bestEvidence(count)?.unreliable === true)) return [];
  const message =
    `two routes to the number of experts disagree: ${K} has probability ${rounded(chains[K - 1]!.value)} by the ` +
    `chains and ${rounded(own.fromEvidence[K - 1]!.value)} by the evidence, ${rounded(z)} standard errors apart; ` +
    "one of them has missed a mode; run the chains longer";
  return [{ code: "routes-disagree", severity: "problem", message }];
}

const byNumber = (values: readonly WithError[]): Record<string, WithError> =>
  Object.fromEntries(values.map((value, k) => [`${k + 1}`, value]));

/** "1 expert", or "2, 3 experts". */
function expertsOf(counts: readonly Pick<OneCount, "components">[]): string {
  const numbers = counts.map(({ components }) => components).join(", ");
  return `${numbers} ${numbers === "1" ? "expert" : "experts"}`;
}

/** Two estimates of one number that both claim to be trusted. */
function evidencesDisagree(counts: readonly OneCount[]): Finding[] {
  const apart = counts.flatMap(({ components, logEvidence: tempered, evidenceOfDraws: drawn }) => {
    if (tempered === undefined || tempered.unreliable) return [];
    if (drawn === undefined || drawn.unreliable !== undefined) return [];
    const error = Math.max(ROUNDING, Math.hypot(tempered.se, drawn.se));
    const difference = drawn.value - tempered.value;
    return Math.abs(difference) > MOST_ERRORS * error ? [{ components, difference, error }] : [];
  });
  const [first] = apart;
  if (first === undefined) return [];
  const message =
    `two log evidences disagree with ${expertsOf(apart)}: with ` +
    `${first.components} that of the draws is ${rounded(first.difference)} from that of tempered sequential Monte Carlo, ` +
    `${rounded(Math.abs(first.difference) / first.error)} standard errors; the lower one is likely to have missed a mode; ` +
    "run the chains longer";
  return [{ code: "evidences-disagree", severity: "problem", message }];
}

function evidenceMissing(counts: readonly OneCount[]): Finding[] {
  if (counts.some(({ logEvidence }) => logEvidence !== undefined)) return [];
  const without = counts.filter((count) => bestEvidence(count) === undefined);
  if (without.length === 0) return [];
  const message =
    `tempered sequential Monte Carlo is left out with more than ${MOST_ROWS} rows, where it takes longer than everything ` +
    `else, and with ${expertsOf(without)} the draws give no evidence to be ` +
    "trusted: the posterior of the chains has no second route here";
  return [{ code: "evidence-left-out", severity: "note", message }];
}

function evidenceUncertain(counts: readonly OneCount[]): Finding[] {
  const uncertain = counts.filter((count) => bestEvidence(count)?.unreliable === true);
  if (uncertain.length === 0) return [];
  const message =
    `the log evidence of ${expertsOf(uncertain)} is uncertain ` +
    "(replicates lie far apart, and the draws give none to be trusted); read the posterior of the chains instead";
  return [{ code: "evidence-uncertain", severity: "note", message }];
}

function unsettledCounts(counts: readonly OneCount[]): Finding[] {
  const apart = counts.filter(({ rhat }) => rhat > LARGEST_RHAT);
  if (apart.length === 0) return [];
  const message =
    `chains with ${apart.map(({ components }) => components).join(", ")} experts are not in one place ` +
    `(R-hat above ${LARGEST_RHAT}): their PSIS-LOO and WAIC are not to be trusted; run them longer, or by themselves`;
  return [{ code: "fixed-count-unsettled", severity: "note", message }];
}
