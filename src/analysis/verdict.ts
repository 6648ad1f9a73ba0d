import type { Finding } from "../core/diagnostic.ts";

const OK = "No problems found: the chains agree, and there are enough effective draws to report.";
const ONE_CHAIN =
  "No problems found, but one chain cannot show that chains agree: run four before you trust it.";

const isOneChain = ({ code }: Finding): boolean => code === "one-chain";

/** The verdict in one plain sentence. */
export function verdictSentence(findings: readonly Finding[]): string {
  const problems = findings.filter(({ severity }) => severity === "problem");
  if (problems.length === 0) return findings.some(isOneChain) ? ONE_CHAIN : OK;
  const codes = problems.map(({ code }) => code.replaceAll("-", " "));
  const list = [...new Set(codes)].join(", ");
  return `${problems.length === 1 ? "One problem" : `${problems.length} problems`} found: ${list}. Read before you trust these results.`;
}
