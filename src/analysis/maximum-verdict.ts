import type { Finding } from "../core/diagnostic.ts";

const OK = "No problems found: EM has converged to a regular maximum, the highest of its starts.";

/** The verdict on a maximum in one plain sentence. */
export function maximumVerdict(findings: readonly Finding[], converged: boolean): string {
  const problems = findings.filter(({ severity }) => severity === "problem");
  if (problems.length === 0 && converged) return OK;
  const codes = [...new Set(problems.map(({ code }) => code.replaceAll("-", " ")))].join(", ");
  const number = problems.length === 1 ? "One problem" : `${problems.length} problems`;
  return `${number} found: ${codes}. Read before you trust these estimates.`;
}
