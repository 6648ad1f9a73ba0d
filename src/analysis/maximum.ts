import { maximumFindings } from "../../diagnostics/findings/maximum.ts";
import { fitSummary, informationCriteria } from "../../diagnostics/information-criteria.ts";
import { constraintCount } from "../../samplers/em/constraints.ts";
import type { Finding } from "../core/diagnostic.ts";
import { knownLogLikelihood, writeMostProbable } from "../core/mixture.ts";
import type { Run } from "../core/run.ts";
import type { State, Target } from "../core/target.ts";
import type { Matrix } from "../math/matrix.ts";
import type { CensusEntry, FittedComponent } from "../report/maximum-input.ts";
import { recorderOf } from "../run/chain.ts";
import { type Climb, type ClimbSettings, stateOf } from "../run/climb-task.ts";
import { inOrder, responsibilitiesAt } from "../run/component-order.ts";
import { sha256Of } from "../run/fingerprint.ts";
import { version } from "../run/version.ts";
import { censusOf } from "./census.ts";
import type { Fitted } from "./fitted.ts";
import { byWeight } from "./maximum-components.ts";
import { covarianceErrors, type ShareEstimate, type SummaryErrors } from "./maximum-errors.ts";
import { maximumVerdict } from "./maximum-verdict.ts";

/** A maximum in numbers; plain data, what `--json` prints. */
export interface MaximumSummary extends Partial<ShareEstimate> {
  readonly verdict: "ok" | "problems";
  readonly conclusion: string;
  readonly logLikelihood: number;
  /** Of the known density alone, where there is one. */
  readonly knownLogLikelihood?: number;
  /** Number of free parameters. */
  readonly df: number;
  readonly rows: number;
  /** On how many of them starts were compared: all, or of very many a part, evenly spread. */
  readonly comparedRows: number;
  /** Criteria by name, null where one is not defined: of each, lower is better. */
  readonly aic: number;
  readonly aicc: number | null;
  readonly bic: number;
  readonly icl: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Largest absolute derivative, divided by the number of rows. */
  readonly gradientNorm: number;
  readonly standardErrors: SummaryErrors;
  /** By falling weight. */
  readonly components: readonly FittedComponent[];
  /** Distinct optima, highest first. */
  readonly census: readonly CensusEntry[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Pick<Finding, "code" | "message">[];
  /** A test against one expert more, where it was asked for. */
  readonly nextTest: CountTestSummary | null;
  readonly seed: number;
  readonly version: string;
}

/** A parametric bootstrap test of K experts against K + 1. */
export interface CountTestSummary {
  /** 2 (log-likelihood with one expert more − log-likelihood). */
  readonly statistic: number;
  /** (1 + data sets whose statistic is at least as large) / (1 + replicates). */
  readonly pValue: number;
  /** Data sets that were simulated. */
  readonly replicates: number;
  /** Those in which a model had no regular maximum: counted as at least as large. */
  readonly failures: number;
}

/** The highest maximum that starts of EM have reached. */
export interface Maximum {
  readonly ok: boolean;
  readonly verdict: string;
  readonly summary: MaximumSummary;
  readonly findings: readonly Finding[];
  /** Where every start has led, in the order of starts. */
  readonly climbs: readonly RatedClimb[];
  /** Components by falling weight, on the scale of `fitted.compiled.target`; z the most probable ones. */
  readonly state: State;
  /** K × n, at the maximum. */
  readonly responsibility: Matrix;
  /** One draw, the maximum: what predicts and simulates from a posterior does so from this. */
  readonly run: Run;
  readonly fitted: Fitted;
  /** With components numbered as in `state`. */
  readonly settings: ClimbSettings;
}

export interface RatedClimb extends Climb {
  /** An expert's likelihood has no bound there: not a maximum. */
  readonly degenerate: boolean;
  /** How many rows the climb and its log-likelihood are of, where it was given up after a part of them. */
  readonly rows?: number;
}

/** Where all starts have led. */
export interface Climbed {
  readonly best: RatedClimb;
  /** In the order of starts, without those that were lost. */
  readonly climbs: readonly RatedClimb[];
  /** How many were lost. */
  readonly lost: number;
  /** Where starts were compared on a part of very many rows: how many these are, and where starts led on them. */
  readonly part?: Pick<Climbed, "best" | "climbs"> & { readonly rows: number };
}

export { responsibilitiesAt } from "../run/component-order.ts";

/** Describes the best of all climbs. */
export function describeMaximum(
  fitted: Fitted,
  { best, climbs, lost, part }: Climbed,
  settings: ClimbSettings,
): Maximum {
  const { compiled, run } = fitted;
  const { target } = compiled;
  const order = byWeight(target, best.gamma);
  const state = inOrder(target, stateOf(target.n, best), order);
  const responsibility = responsibilitiesAt(target, state);
  writeMostProbable(responsibility, state.z);
  const own = inOrderOf(settings, order);
  const { components, errors, share } = covarianceErrors(compiled, state, own);
  const criteria = criteriaAt(target, state, settings);
  const findings = maximumFindings(target, { ...best, responsibility }, climbs, {
    components,
    // Under priors or constraints a model does not contain the smaller ones that lend starts.
    isNested: settings.priorWeight === 0 && settings.constraints === undefined,
    lost,
    ...(part === undefined ? {} : { part }),
  });
  const problems = findings.filter(({ severity }) => severity === "problem");
  const verdict = maximumVerdict(findings, best.converged);
  const { logLikelihood, iterations, converged, gradientNorm } = best;
  return {
    ok: problems.length === 0,
    verdict,
    summary: {
      verdict: problems.length === 0 ? "ok" : "problems",
      conclusion: verdict,
      logLikelihood,
      ...knownAlone(target),
      ...share,
      ...criteria,
      rows: target.n,
      comparedRows: part?.rows ?? target.n,
      iterations,
      converged,
      gradientNorm,
      standardErrors: errors,
      components,
      census: censusOf(climbs),
      findings,
      problems: problems.map(({ code, message }) => ({ code, message })),
      nextTest: null,
      seed: run.settings.seed,
      version,
    },
    findings,
    climbs,
    state,
    responsibility,
    run: { ...run, draws: drawOf(fitted, state) },
    fitted,
    settings: own,
  };
}

/** The log-likelihood if nothing deviated from the known density. */
function knownAlone(target: Target): Pick<MaximumSummary, "knownLogLikelihood"> {
  if (target.deviation === undefined) return {};
  return { knownLogLikelihood: knownLogLikelihood(target) };
}

/** Constraints on single components name them as `state` does. */
function inOrderOf(settings: ClimbSettings, order: readonly number[]): ClimbSettings {
  const { constraints } = settings;
  if (constraints?.fixed === undefined) return settings;
  const fixed = constraints.fixed.map((one) => ({
    ...one,
    component: order.indexOf(one.component),
  }));
  return { ...settings, constraints: { ...constraints, fixed } };
}

function criteriaAt(target: Target, state: State, { constraints }: ClimbSettings) {
  const equations =
    constraints === undefined ? 0 : constraintCount(constraints, state.theta.rows, target.expert);
  const summary = fitSummary(target, state, { constraints: equations });
  const criterion = (name: string): number =>
    informationCriteria.find((one) => one.name === name)!.value(summary);
  const aicc = criterion("aicc");
  return {
    df: summary.df,
    aic: criterion("aic"),
    aicc: Number.isFinite(aicc) ? aicc : null,
    bic: criterion("bic"),
    icl: criterion("icl"),
  };
}

/** The maximum as the one draw of one chain. */
function drawOf({ compiled }: Fitted, state: State): Run["draws"] {
  const recorder = recorderOf(compiled);
  const values = new Float64Array(recorder.variables.length);
  recorder.record(state, {}, values);
  return { variables: recorder.variables, chains: [{ chain: 1, iterations: 1, values }] };
}

/** A run without draws, for a maximum to be put in. */
export function emptyRun(
  compiled: Fitted["compiled"],
  {
    seed,
    source,
    seconds,
  }: { readonly seed: number; readonly source: string; readonly seconds: number },
): Run {
  const { model, table, dropped } = compiled;
  return {
    model,
    settings: { sampler: "em", samplerOptions: {}, chains: 1, warmup: 0, draws: 1, thin: 1, seed },
    data: { source, rows: table.rows, dropped, sha256: sha256Of(table) },
    version,
    seconds,
    chains: [{ chain: 1, start: "em", status: "complete", draws: 1, seconds, acceptance: {} }],
    draws: { variables: [], chains: [] },
  };
}
