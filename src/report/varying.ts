import type { Report } from "../core/report.ts";
import {
  varyingBandwidthSection,
  varyingCountSection,
  varyingDrawsSections,
  varyingReproduceSection,
  varyingTestsSection,
  varyingWindowsSection,
} from "./sections/varying-checks.ts";
import { varyingDataSection, varyingFunctionsSections } from "./sections/varying-functions.ts";
import { varyingValuesSection } from "./sections/varying-values.ts";
import type { VaryingInput } from "./varying-input.ts";

/** What was found, whether it varies, how far to trust it, how to do it again. */
const SECTIONS = [
  varyingDataSection,
  varyingFunctionsSections,
  varyingCountSection,
  varyingTestsSection,
  varyingValuesSection,
  varyingWindowsSection,
  varyingBandwidthSection,
  varyingDrawsSections,
  varyingReproduceSection,
];

/** One page on coefficient functions, by local likelihood or from draws of their posterior. */
export function buildVaryingReport(input: VaryingInput): Report {
  const { title, subtitle, verdict, ok, findings } = input;
  const sections = SECTIONS.flatMap((section) => section(input));
  return { title, subtitle, verdict, ok, findings, sections };
}
