import { compareFindings } from "../../diagnostics/findings/compare.ts";
import type {
  ComparedByName,
  ComparedComponent,
  ComparedLikelihood,
  OptimumOfDraws,
} from "../../diagnostics/findings/compare-evidence.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { LabelledDraws } from "../core/draws.ts";
import { SamplerError, UsageError } from "../core/errors.ts";
import type { Run } from "../core/run.ts";
import { componentNames } from "../core/variables.ts";
import type { ComparisonInput } from "../report/input.ts";
import { version } from "../run/version.ts";
import { type Analysis, analyze } from "./analyze.ts";
import { type Aligned, align } from "./compare-align.ts";
import { atMaximum } from "./compare-errors.ts";
import { comparedLikelihood } from "./compare-likelihood.ts";
import { type ComparedMaximum, checkSame } from "./compare-maximum.ts";
import { optimaOfDraws } from "./compare-optima.ts";
import { comparedComponents, comparedInOrder, LEVEL } from "./compare-parameters.ts";
import { comparisonPage, type PredictiveDistance, predictiveDistance } from "./compare-pictures.ts";
import { atLikeliest } from "./conditional.ts";
import { countAnalysis } from "./count.ts";
import { type Fitted, refit } from "./fitted.ts";
import type { LabelOptions } from "./labels.ts";

/** A posterior beside a maximum, in numbers; plain data, what `--json` prints. */
export interface ComparisonSummary {
  readonly verdict: "ok" | "problems";
  readonly conclusion: string;
  /** Of all intervals. */
  readonly level: number;
  /** How many experts are compared. */
  readonly K: number;
  /** In the order of the posterior's labels; empty where these are refused. */
  readonly components: readonly ComparedComponent[];
  /** Positive parameters of the experts in ascending order. */
  readonly ordered: ComparedByName;
  readonly logLikelihood: ComparedLikelihood;
  /** Where EM ends that starts from draws, highest first. */
  readonly optima: readonly OptimumOfDraws[];
  /** Of P(component | x, y), 1 where both sides agree on every row; null where labels are refused. */
  readonly agreement: number | null;
  /** Null where there is no numeric covariate. */
  readonly predictive: PredictiveDistance | null;
  readonly standardErrors: { readonly kind: string; readonly missing?: string };
  readonly findings: readonly Finding[];
  readonly problems: readonly Pick<Finding, "code" | "message">[];
  readonly seed: number;
  readonly version: string;
}

/** What a posterior and a maximum of the same model and data say of each other. */
export interface Comparison {
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly summary: ComparisonSummary;
  /** What a page shows. */
  readonly input: ComparisonInput;
}

export interface CompareOptions extends LabelOptions {
  /** What `analyze` has said of the run, if it has been asked. */
  readonly analysis?: Analysis;
}

/**
 * Puts a posterior beside a maximum: parameter by parameter after matching components, log-likelihood and predictions.
 * Throws a UsageError where they are not of the same model and data, a SamplerError where the run has no draws.
 */
export function compare(
  run: Run,
  table: Table,
  maximum: ComparedMaximum,
  { analysis: known, ...options }: CompareOptions = {},
): Comparison {
  const fitted = refit(run, table);
  if (fitted.draws.chains.length === 0) {
    throw new SamplerError("at least one chain must have draws; none has; continue the run");
  }
  const at = atLikeliest(fitted, countAnalysis(fitted));
  checkSame(run, at.target.capacity, maximum);
  const analysis = known ?? analyze(run, table, options);
  const { labelled } = analysis;
  const aligned = labelled && align(at, labelled, maximum);
  const components =
    labelled && aligned ? onBothSides(at, labelled, maximum, aligned, options) : [];
  const logLikelihood = comparedLikelihood(at, labelled, maximum);
  const optima = optimaOfDraws(at);
  const findings = compareFindings({
    components,
    logLikelihood,
    optima,
    ...doubts(analysis, maximum),
  });
  const pictures = predictiveDistance(fitted, maximum, aligned, analysis.input);
  const problems = findings.filter(({ severity }) => severity === "problem");
  const verdict = verdictOf(findings);
  const ordered = comparedInOrder(at.target, at.draws, maximum.run.draws);
  const head = { ok: problems.length === 0, verdict, findings };
  const numbers = { components, ordered, logLikelihood, optima };
  return {
    ...head,
    summary: {
      verdict: head.ok ? "ok" : "problems",
      conclusion: verdict,
      level: LEVEL,
      K: at.target.capacity,
      ...numbers,
      agreement: aligned?.agreement ?? null,
      predictive: pictures.distance,
      standardErrors: maximum.summary.standardErrors,
      findings,
      problems: problems.map(({ code, message }) => ({ code, message })),
      seed: run.settings.seed,
      version,
    },
    input: comparisonPage(fitted, { ...head, ...numbers }, analysis.input, pictures),
  };
}

/** The components with the posterior's labels, gate rows identified alike. */
function onBothSides(
  { target }: Fitted,
  labelled: LabelledDraws,
  maximum: ComparedMaximum,
  { order, draws }: Aligned,
  { gateReference }: LabelOptions,
): ComparedComponent[] {
  const K = target.capacity;
  if (gateReference !== undefined && gateReference > K) {
    throw new UsageError(
      `the gate reference must be a component from 1 to ${K}; got ${gateReference}`,
    );
  }
  const baseline = gateReference ?? (target.gate.fixedRows === 1 ? K : undefined);
  const reference = baseline === undefined ? undefined : baseline - 1;
  const { values } = draws.chains[0]!;
  const draw = Array.from({ length: K }, (_, k) =>
    Float64Array.from(
      componentNames(target, k + 1),
      (name) => values[draws.variables.indexOf(name)]!,
    ),
  );
  return comparedComponents(target, labelled, atMaximum(maximum, draw, order, reference));
}

/** What is doubtful of each side. */
function doubts({ findings, input, labelled }: Analysis, { summary }: ComparedMaximum) {
  const run = findings.filter(({ severity }) => severity === "problem").map(({ code }) => code);
  const maximum = summary.problems.map(({ code }) => code);
  const { missing } = summary.standardErrors;
  const { count, relabelling } = input;
  const refused = relabelling?.refused ?? "labels are not comparable";
  return {
    problems: { run, maximum },
    separated: maximum.includes("gate-separation"),
    degenerate: maximum.includes("degenerate-maximum"),
    ...(missing === undefined ? {} : { noErrors: missing }),
    ...(labelled === undefined ? { refused } : {}),
    ...(count === undefined
      ? {}
      : { given: { components: count.mode, probability: count.probability[count.mode - 1]! } }),
  };
}

const OK = "No problems found: posterior and maximum likelihood say the same";

function verdictOf(findings: readonly Finding[]): string {
  const problems = findings.filter(({ severity }) => severity === "problem");
  if (problems.length === 0) {
    return findings.length === 0 ? `${OK}.` : `${OK}, but for what is noted.`;
  }
  const codes = problems.map(({ code }) => code.replaceAll("-", " ")).join(", ");
  const number = problems.length === 1 ? "One problem" : `${problems.length} problems`;
  return `${number} found: ${codes}. Read before you take one for the other.`;
}
