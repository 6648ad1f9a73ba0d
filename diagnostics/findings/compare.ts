import type { Finding } from "../../src/core/diagnostic.ts";
import type { CompareEvidence, OptimumOfDraws } from "./compare-evidence.ts";
import { compareParameters } from "./compare-parameters.ts";
import { count, rounded, sentence } from "./wording.ts";

/** Climbs that end within this log-likelihood of each other have reached the same optimum. */
export const SAME_OPTIMUM = 0.1;
/** The posterior is at an optimum that so large a share of its draws leads to. */
const SHARE = 0.1;
/** Problems that leave nothing to compare with. */
const OF_RUN = [
  "chains-disagree",
  "low-ess",
  "not-finite",
  "too-few-draws",
  "partial-run",
  "chain-failed",
];
const OF_MAXIMUM = ["em-not-converged", "vanishing-expert"];

/** Why a posterior and a maximum differ: problems first. */
export function compareFindings(evidence: CompareEvidence): Finding[] {
  const { degenerate, separated } = evidence;
  const elsewhere = degenerate ? [] : differentOptima(evidence);
  const all = [
    ...inDoubt(evidence),
    ...(degenerate ? degenerateMaximum() : elsewhere),
    ...(separated && !degenerate ? atInfinity(evidence) : []),
    ...(degenerate || elsewhere.length > 0 ? [] : compareParameters(evidence)),
    ...withoutLabels(evidence),
    ...withoutErrors(evidence),
    ...atLikeliest(evidence),
  ].map((finding) => ({ ...finding, message: sentence(finding.message) }));
  const of = (severity: Finding["severity"]) => all.filter((one) => one.severity === severity);
  return [...of("problem"), ...of("note")];
}

function inDoubt({ problems, separated }: CompareEvidence): Finding[] {
  const run = problems.run.filter((code) => OF_RUN.includes(code));
  const maximum = problems.maximum.filter(
    (code) => OF_MAXIMUM.includes(code) && !(separated && code === "em-not-converged"),
  );
  if (run.length + maximum.length === 0) return [];
  const sides = [
    ...(run.length > 0 ? [`of the draws ${run.join(", ")}`] : []),
    ...(maximum.length > 0 ? [`of the maximum ${maximum.join(", ")}`] : []),
  ];
  const message =
    `what is compared has problems of its own: ${sides.join("; ")}; ` +
    "a difference may come from these alone; mend them first";
  return [{ code: "sides-in-doubt", severity: "problem", message }];
}

function degenerateMaximum(): Finding[] {
  const message =
    "the maximum is degenerate: an expert on rows that lie exactly on a line, where the likelihood has no " +
    "bound; the posterior is kept from there by the prior of the sd, so the two cannot agree; " +
    "fit fewer experts, or maximize with a floor for the sd (`moebius em --sd-floor`) and compare with that";
  return [{ code: "maximum-without-bound", severity: "problem", message }];
}

function atInfinity({ noErrors }: CompareEvidence): Finding[] {
  const message =
    "the gate separates the rows, so its maximum is at infinity and the numbers shown for it are where EM " +
    "stopped; the posterior of the gate is finite because its prior holds it; " +
    `${noErrors === undefined ? "the gate's standard errors mean nothing" : "there are no standard errors"}; ` +
    "compare the experts and where they change over, not how steep the gate is";
  return [{ code: "maximum-at-infinity", severity: "problem", message }];
}

/** Where EM ends that starts from draws, against the maximum. */
function differentOptima({ optima, logLikelihood }: CompareEvidence): Finding[] {
  const { maximum } = logLikelihood;
  const regular = optima.filter(({ degenerate }) => !degenerate);
  const total = regular.reduce((sum, one) => sum + one.count, 0);
  if (total === 0) return [];
  const higher = regular.filter((one) => one.logLikelihood > maximum + SAME_OPTIMUM);
  if (higher.length > 0) return higherOptimum(higher, total, maximum);
  const share = ({ count: draws }: OptimumOfDraws): number => draws / total;
  const isThere = (one: OptimumOfDraws): boolean => one.logLikelihood >= maximum - SAME_OPTIMUM;
  const atMaximum = regular.filter(isThere).reduce((sum, one) => sum + share(one), 0);
  const others = regular
    .filter((one) => !isThere(one) && share(one) >= SHARE)
    .toSorted((a, b) => b.count - a.count);
  const lower = regular
    .filter((one) => !isThere(one))
    .reduce((most, one) => (one.count > most.count ? one : most), { count: 0, logLikelihood: 0 });
  if (atMaximum < SHARE) return otherOptimum(lower, total, maximum);
  if (others.length === 0) return [];
  const message =
    `the posterior has mass at several optima of the likelihood: of ${count(total, "draw")} ` +
    `${Math.round(atMaximum * total)} lead to the maximum and ` +
    `${others.map((one) => `${one.count} to one that is ${rounded(maximum - one.logLikelihood)} lower`).join(", ")}; ` +
    "a maximum and its standard errors describe one of them only; " +
    "read the posterior component by component, or fit fewer experts";
  return [{ code: "several-optima", severity: "problem", message }];
}

function otherOptimum(
  lower: { readonly count: number; readonly logLikelihood: number },
  total: number,
  maximum: number,
): Finding[] {
  const message =
    `the posterior sits at another optimum than the maximum: of ${count(total, "draw")} ${lower.count} lead to ` +
    `one whose log-likelihood is ${rounded(maximum - lower.logLikelihood)} lower; it has more posterior mass, ` +
    "because it is wider or the prior favours it, or the chains have not found the maximum; " +
    "start chains at it (`--start em`), and do not read the two as estimates of the same thing";
  return [{ code: "other-optimum", severity: "problem", message }];
}

function higherOptimum(
  higher: readonly OptimumOfDraws[],
  total: number,
  maximum: number,
): Finding[] {
  const top = Math.max(...higher.map(({ logLikelihood }) => logLikelihood));
  const draws = higher.reduce((sum, one) => sum + one.count, 0);
  const message =
    `the starts of EM have missed a higher optimum: from ${draws} of ${count(total, "draw")} of the posterior ` +
    `EM climbs ${rounded(top - maximum)} higher than the maximum that is shown; give it more starts (\`--starts\`)`;
  return [{ code: "maximum-missed", severity: "problem", message }];
}

function withoutLabels({ refused }: CompareEvidence): Finding[] {
  if (refused === undefined) return [];
  const message =
    `components are not compared, since the draws do not agree which is which; compared are the ` +
    `log-likelihood, predictions and ordered parameters, which need no labels: ${refused}`;
  return [{ code: "compared-without-labels", severity: "problem", message }];
}

function withoutErrors({ noErrors, separated, degenerate }: CompareEvidence): Finding[] {
  if (noErrors === undefined || separated || degenerate) return [];
  const message =
    `the maximum has no standard errors: ${noErrors}; the posterior's intervals stand alone, ` +
    "and differences are not standardized; fit fewer experts, or trust the posterior only as far as its prior";
  return [{ code: "no-standard-errors", severity: "note", message }];
}

function atLikeliest({ given }: CompareEvidence): Finding[] {
  if (given === undefined) return [];
  const message =
    `the number of experts is random in the run; the maximum is compared with the draws that have ` +
    `${given.components}, of posterior probability ${rounded(given.probability)}; ` +
    "predictions of the posterior average over all numbers";
  return [{ code: "compared-at-likeliest", severity: "note", message }];
}
