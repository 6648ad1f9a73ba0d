import type { Report } from "../core/report.ts";
import { formatCount, formatSeconds } from "./format-number.ts";
import type { ReportInput, RunFacts } from "./input.ts";
import { checkSection } from "./sections/checks.ts";
import { comparisonSection } from "./sections/comparison.ts";
import { componentSection } from "./sections/components.ts";
import { chainSection, summarySection } from "./sections/convergence.ts";
import { countSection } from "./sections/count.ts";
import { countMovesSection } from "./sections/count-moves.ts";
import { fitSection } from "./sections/fit.ts";
import { reproduceSection } from "./sections/reproduce.ts";

/** The sections in reading order: what was found, how far to trust it, how to do it again. */
const SECTIONS = [
  fitSection,
  countSection,
  componentSection,
  comparisonSection,
  summarySection,
  chainSection,
  countMovesSection,
  checkSection,
  reproduceSection,
];

/** What is known about a run, put in the order in which it is read. */
export function buildReport(input: ReportInput): Report {
  return {
    title: input.title,
    subtitle: input.run ? subtitle(input.run) : "",
    verdict: input.verdict,
    ok: input.ok,
    findings: input.findings,
    sections: SECTIONS.flatMap((section) => section(input)),
  };
}

function subtitle({ data, settings, seconds, version }: RunFacts): string {
  return [
    data.source,
    `${formatCount(data.rows)} rows`,
    `${settings.chains} chains × ${formatCount(settings.draws)} draws`,
    `seed ${settings.seed}`,
    formatSeconds(seconds),
    `moebius ${version}`,
  ].join(" · ");
}
