import type { Finding } from "../core/diagnostic.ts";

/** The verdict in one plain sentence. */
export function verdictSentence(findings: readonly Finding[]): string {
  const problems = findings.filter(({ severity }) => severity === "problem");
  if (problems.length === 0) {
    return "No problems found: the chains agree, and there are enough effective draws to report.";
  }
  const codes = problems.map(({ code }) => code.replaceAll("-", " "));
  const list = [...new Set(codes)].join(", ");
  return `${problems.length === 1 ? "One problem" : `${problems.length} problems`} found: ${list}. Read before you trust these results.`;
}
