import { posteriorFromEvidence } from "../../diagnostics/posterior-from-evidence.ts";
import { fastLog } from "../math/exp.ts";
import type { OneCount, WithError } from "../report/selection-input.ts";

/** Of the log evidences of a number of experts by different routes, the most certain; of those to be trusted, if any. */
export function bestEvidence({
  logEvidence,
  evidenceOfDraws: ofDraws,
}: OneCount): NonNullable<OneCount["logEvidence"]> | undefined {
  if (ofDraws === undefined || ofDraws.unreliable !== undefined) return logEvidence;
  const isBetter =
    logEvidence === undefined || logEvidence.unreliable || !(logEvidence.se <= ofDraws.se);
  return isBetter ? { value: ofDraws.value, se: ofDraws.se, unreliable: false } : logEvidence;
}

/** Prior times evidence, normalised, index k being the number k + 1; undefined where a number has no evidence. */
export function posteriorByEvidence(
  counts: readonly OneCount[],
  prior: readonly number[],
): WithError[] | undefined {
  const known = counts.flatMap((count) => {
    const best = bestEvidence(count);
    return best === undefined ? [] : [[`${count.components}`, best] as const];
  });
  if (known.length < prior.length) return undefined;
  const byK = posteriorFromEvidence(Object.fromEntries(known), (K) => fastLog(prior[K - 1]!));
  return prior.map((_, k) => byK[k + 1]!);
}
