import type { Finding } from "../core/diagnostic.ts";
import type { CalibrationSummary, CoverageSummary, RankTest } from "../core/experiment.ts";
import { mean } from "../math/moments.ts";
import { median } from "../math/order.ts";
import { chiSquaredUpper } from "../math/stdlib.ts";
import type { CalibrationResult } from "./calibration-task.ts";
import type { CoverageResult } from "./coverage-task.ts";
import { exactInterval } from "./exact-interval.ts";
import type { CalibrationPlan, CoveragePlan } from "./plan.ts";
import type { FailedTask } from "./run-task.ts";

const MOST_BINS = 20;
/** What Pearson's test needs a bin. */
const LEAST_EXPECTED = 5;
/** False alarms of all variables of a plan together. */
const CALIBRATION_ERROR = 0.01;
const COVERAGE_ERROR = 0.05;

/** Ranks of every variable and their tests. */
export function summarizeCalibration(
  plan: CalibrationPlan,
  results: readonly (CalibrationResult | FailedTask)[],
): Pick<
  CalibrationSummary,
  "kind" | "replicates" | "failed" | "ess" | "variables" | "findings" | "conclusion"
> {
  const done = results.filter((result) => "ranks" in result);
  const names = Object.keys(done[0]?.ranks ?? {});
  const bins = binsFor(plan.ranks + 1, done.length);
  const variables = names.map((name) =>
    rankTest(
      name,
      done.map(({ ranks }) => ranks[name]!),
      plan.ranks + 1,
      bins,
    ),
  );
  const tested = variables.filter(({ pValue }) => pValue !== null);
  const bad = tested.filter(({ pValue }) => pValue! < CALIBRATION_ERROR / tested.length);
  const findings: Finding[] = bad.map(({ variable, pValue }) => ({
    code: "ranks-not-uniform",
    severity: "problem",
    message:
      `ranks of ${variable} are not uniform (p = ${pValue!.toExponential(1)}): the sampler does not draw ` +
      "from the posterior, or its chains are too short.",
  }));
  const ess = done.map((result) => result.ess).filter((value) => value !== null);
  const least = ess.length === 0 ? null : median(Float64Array.from(ess));
  if (least !== null && least < plan.ranks) {
    findings.push({
      code: "correlated-draws",
      severity: "note",
      message:
        `ranks are taken among ${plan.ranks} draws, of which about ${Math.round(least)} are worth something: ` +
        "correlated draws push ranks to the ends. Draw more, or ask for fewer ranks.",
    });
  }
  const failed = results.length - done.length;
  const conclusion =
    tested.length === 0
      ? `${done.length} replicates are too few to test ranks.`
      : bad.length === 0
        ? `Ranks of all ${tested.length} variables are uniform as far as ${done.length} replicates can tell.`
        : `Ranks of ${bad.length} of ${tested.length} variables are not uniform.`;
  return {
    kind: "calibration",
    replicates: done.length,
    failed,
    ess: least,
    variables,
    findings,
    conclusion,
  };
}

/** The most bins of equal width that have enough ranks each; 1 where there are too few. */
function binsFor(values: number, replicates: number): number {
  const most = Math.min(MOST_BINS, Math.floor(replicates / LEAST_EXPECTED), values);
  for (let bins = most; bins > 1; bins--) if (values % bins === 0) return bins;
  return 1;
}

function rankTest(
  variable: string,
  ranks: readonly number[],
  values: number,
  bins: number,
): RankTest {
  const counts = new Array<number>(bins).fill(0);
  for (const rank of ranks) {
    const bin = Math.floor((rank * bins) / values);
    counts[bin] = counts[bin]! + 1;
  }
  const expected = ranks.length / bins;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return { variable, pValue: bins > 1 ? chiSquaredUpper(chi, bins - 1) : null, counts };
}

/** How often intervals hold the truth, variable by variable. */
export function summarizeCoverage(
  plan: CoveragePlan,
  results: readonly (CoverageResult | FailedTask)[],
): Pick<
  CoverageSummary,
  "kind" | "method" | "level" | "replicates" | "failed" | "variables" | "findings" | "conclusion"
> {
  const done = results.filter(
    (result): result is CoverageResult => "covered" in result && result.status === "ok",
  );
  const names = [...new Set(done.flatMap(({ covered }) => Object.keys(covered)))];
  const variables = names.map((variable) => {
    const with_ = done.filter(({ covered }) => variable in covered);
    const held = with_.filter(({ covered }) => covered[variable]).length;
    const joint = exactInterval(held, with_.length, COVERAGE_ERROR / names.length);
    return {
      variable,
      share: exactInterval(held, with_.length),
      meanLength: mean(Float64Array.from(with_, ({ length }) => length[variable]!)),
      count: with_.length,
      asStated: joint.low <= plan.level && plan.level <= joint.high,
    };
  });
  const off = variables.filter(({ asStated }) => !asStated);
  const findings: Finding[] = off.map(({ variable, share }) => ({
    code: "coverage-off",
    severity: "problem",
    message:
      `intervals of ${variable} hold the truth in ${(100 * share.estimate).toFixed(1)}% of the data sets ` +
      `(${(100 * share.low).toFixed(1)} to ${(100 * share.high).toFixed(1)}%), not in ${100 * plan.level}%.`,
  }));
  const conclusion =
    variables.length === 0
      ? "No replicate has intervals."
      : off.length === 0
        ? `Intervals of all ${variables.length} variables hold the truth as often as stated, as far as ${done.length} replicates can tell.`
        : `Intervals of ${off.length} of ${variables.length} variables do not hold the truth as often as stated.`;
  const { method, level } = plan;
  const failed = results.length - done.length;
  return {
    kind: "coverage",
    method,
    level,
    replicates: done.length,
    failed,
    variables,
    findings,
    conclusion,
  };
}
