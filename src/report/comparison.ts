import type { Report } from "../core/report.ts";
import type { ComparisonInput } from "./input.ts";
import { comparisonBlocks } from "./sections/comparison.ts";

/** One page on a posterior beside a maximum. */
export function buildComparisonReport(input: ComparisonInput): Report {
  const { title, subtitle, verdict, ok, findings } = input;
  return { title, subtitle, verdict, ok, findings, sections: comparisonBlocks(input, false) };
}
