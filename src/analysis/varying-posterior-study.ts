import { count as counted } from "../../diagnostics/findings/wording.ts";
import {
  type CompiledVarying,
  compileVarying,
  type IndexRange,
} from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { variable } from "../core/draws.ts";
import type { Run } from "../core/run.ts";
import { mean } from "../math/moments.ts";
import { formatFixed, formatNumber } from "../report/format-number.ts";
import type {
  BandAlong,
  ContrastAlong,
  FunctionAlong,
  ProbabilitiesAt,
  VaryingInput,
} from "../report/varying-input.ts";
import { curvePoints } from "../run/curves.ts";
import { heldRow, varyingAlong } from "../run/varying-along.ts";
import { type Analysis, analyze } from "./analyze.ts";
import { refit, someRows } from "./fitted.ts";
import {
  type SampleVaryingOptions,
  sampleVarying,
  type VaryingPosterior,
  varyingPosterior,
} from "./varying-bayes.ts";
import type { PosteriorCurve } from "./varying-bayes-bands.ts";
import { titleOf } from "./varying-page.ts";
import { checkRowsAsked, rowsRead, stackedRows } from "./varying-probability-rows.ts";
import type { StudiedBands } from "./varying-study-bands.ts";
import { componentsOf, derivedOf, type VaryingSummary } from "./varying-summary.ts";

export interface VaryingPosteriorStudyOptions extends SampleVaryingOptions {
  /** How many points, or the points, on the index scaled to 0 … 1. */
  readonly grid?: number | readonly number[];
  /** Of intervals and bands; 0.95. */
  readonly level?: number;
  /** Also bands of differences between components. */
  readonly contrasts?: boolean;
  /** Rows of the gate's covariates to give probabilities of components at, beside the covariates held. */
  readonly at?: Table;
}

/** Draws from the posterior of coefficient functions with all that is said of them, as JSON and as a page. */
export interface VaryingPosteriorStudy {
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly run: Run;
  readonly analysis: Analysis;
  readonly posterior: VaryingPosterior;
  readonly summary: VaryingPosteriorSummary;
  readonly input: VaryingInput;
}

/** What `moebius varying --bayes --json` prints: the keys of the kernel fit, null or empty where they have no meaning. */
export interface VaryingPosteriorSummary
  extends Omit<VaryingSummary, "bandwidth" | "estimator" | "logLikelihood"> {
  readonly bandwidth: null;
  readonly estimator: "posterior";
  /** Posterior mean. */
  readonly logLikelihood: number;
  readonly bayes: Pick<VaryingPosterior, "bayesFactors"> & {
    readonly refused: string | null;
    readonly settings: Run["settings"];
    readonly variables: Analysis["summary"]["variables"];
    /** Where the number of components is random. */
    readonly posteriorK: Analysis["summary"]["posteriorK"] | null;
  };
}

const POINTS = 51;
/** Prior scales beside the one sampled under. */
const RELATIVE = [0.5, 2];
const MOST_ROWS = 2000;

/**
 * Samples the posterior, judges the draws and says what they say of the functions. Throws as `sampleVarying` does, and a
 * SamplerError where no chain has draws.
 */
export async function studyVaryingPosterior(
  model: VaryingModel,
  table: Table,
  options: VaryingPosteriorStudyOptions = {},
): Promise<VaryingPosteriorStudy> {
  const { grid = POINTS, level, contrasts = false, at, ...sampling } = options;
  const unit =
    typeof grid === "number" ? Array.from({ length: grid }, (_, g) => g / (grid - 1)) : grid;
  const known = compileVarying(model, table);
  const { gate } = known.scales.designs;
  if (at !== undefined) checkRowsAsked(gate, at);
  const held = heldRow(known).table;
  const rows = at === undefined ? held : stackedRows(gate, held, at);
  const asked = rowsRead(gate, rows);
  const run = await sampleVarying(model, table, sampling);
  const analysis = analyze(run, table);
  const posterior = varyingPosterior(run, table, {
    points: unit,
    relativeScales: RELATIVE,
    ...(level === undefined ? {} : { level }),
    ...{ contrasts, at: rows },
  });
  const { ok, verdict, findings } = analysis;
  const compiled = compileVarying({ ...model, components: posterior.components }, table);
  const { low, high } = compiled.scales.index;
  const index = unit.map((at) => low + at * (high - low));
  const derived = derivedFunctions(posterior, asked, contrasts);
  const found: Known = { analysis, posterior, unit, index, compiled, derived };
  return {
    ...{ ok, verdict, findings, run, analysis, posterior },
    summary: summaryOf(model, run, found),
    input: pageOf(model, run, found),
  };
}

type Limits = Pick<
  PosteriorCurve,
  "estimate" | "sd" | "lower" | "upper" | "simultaneousLower" | "simultaneousUpper"
>;

const limitsOf = ({ estimate, sd, ...limits }: Limits): BandAlong => ({
  ...{ estimate, se: sd, lower: limits.lower, upper: limits.upper },
  simultaneousLower: limits.simultaneousLower,
  simultaneousUpper: limits.simultaneousUpper,
});

const functionsOf = ({ curves }: VaryingPosterior): FunctionAlong[] =>
  curves.map((curve) => {
    const { component, part, term, varies } = curve;
    return { component, part, term, varies, ...limitsOf(curve) };
  });

/** Differences where they were asked for, and probabilities at the rows read. */
function derivedFunctions(
  { contrasts, probabilities }: VaryingPosterior,
  rows: readonly ProbabilitiesAt["at"][],
  isAsked: boolean,
): Pick<StudiedBands, "contrasts" | "probabilities"> {
  const differences = contrasts.map((one): ContrastAlong => {
    const { component, against, part, term, varies } = one;
    return { component, against, part, term, varies, ...limitsOf(one) };
  });
  return {
    ...(isAsked ? { contrasts: differences } : {}),
    probabilities: probabilities.map((of, r) => ({ at: rows[r]!, components: of.map(limitsOf) })),
  };
}

interface Known {
  readonly analysis: Analysis;
  readonly posterior: VaryingPosterior;
  /** The grid, on 0 … 1 and in units of the index. */
  readonly unit: readonly number[];
  readonly index: readonly number[];
  readonly compiled: CompiledVarying;
  readonly derived: Pick<StudiedBands, "contrasts" | "probabilities">;
}

function summaryOf(
  { varying, experts }: VaryingModel,
  run: Run,
  { analysis, posterior, unit, index, derived }: Known,
): VaryingPosteriorSummary {
  const { summary, findings, verdict, ok } = analysis;
  const { refused, bayesFactors, components, level, curves } = posterior;
  const logLikelihoods = variable(run.draws, "log_likelihood").flatMap((of) => [...of]);
  const { seed } = run.settings;
  return {
    verdict: ok ? "ok" : "problems",
    conclusion: verdict,
    index,
    unitIndex: unit,
    indexName: varying.index,
    ...{ bandwidth: null, bandwidthChoice: null, componentsChoice: null },
    ...{ family: experts.family, estimator: "posterior", localLogLikelihood: [] },
    logLikelihood: mean(Float64Array.from(logLikelihoods)),
    components: componentsOf(functionsOf(posterior), curves.length === 0 ? 0 : components),
    ...derivedOf(derived),
    ...{ level, tests: [], points: [], findings, data: run.data, seed, version: run.version },
    bayes: {
      ...{ bayesFactors, refused: refused ?? null, settings: run.settings },
      ...{ variables: summary.variables, posteriorK: summary.posteriorK ?? null },
    },
  };
}

function pageOf(
  model: VaryingModel,
  run: Run,
  { analysis, posterior, index, compiled, derived }: Known,
): VaryingInput {
  const { components, level, bayesFactors } = posterior;
  const { low, high } = compiled.scales.index;
  const { data, settings, version, command } = run;
  const { ok, verdict, findings, input } = analysis;
  const u = compiled.problem.u.map((at) => low + at * (high - low));
  const { chains, draws } = settings;
  const [held, ...asked] = derived.probabilities;
  return {
    title: titleOf(model, components),
    subtitle: `${data.source} · ${counted(data.rows, "row")} · ${chains} chains × ${draws} draws · seed ${settings.seed} · moebius ${version}`,
    ...{ ok, verdict, findings, components, index: model.varying.index, rows: u },
    grid: index,
    functions: functionsOf(posterior),
    ...(derived.contrasts === undefined ? {} : { contrasts: derived.contrasts }),
    ...(asked.length === 0 ? {} : { probabilitiesAt: asked }),
    bands: `Posterior mean. Dark: central ${percent(level)} at each point; light: ${percent(level)} at all points together.`,
    ...(held === undefined ? {} : pictures(compiled, run, { analysis, posterior }, held)),
    ...(bayesFactors.length === 0 ? {} : { tests: factors(bayesFactors) }),
    draws: input,
    facts: factsOf(run, compiled.scales.index),
    ...(command === undefined ? {} : { command }),
    declaration: run.model,
  };
}

const percent = (level: number): string => `${Number((100 * level).toPrecision(4))}%`;

/** Means and probabilities at the posterior means of the functions, and the rows with their likeliest components. */
function pictures(
  compiled: CompiledVarying,
  run: Run,
  { analysis: { labelled }, posterior: { curves } }: Pick<Known, "analysis" | "posterior">,
  { components: probabilities }: ProbabilitiesAt,
): Pick<VaryingInput, "along" | "points"> {
  const along = varyingAlong(
    compiled,
    curves.map(({ estimate, ...one }) => ({ ...one, value: estimate })),
  );
  const { compiled: fitted } = refit(run, compiled.table);
  const { table } = someRows(fitted.table, MOST_ROWS);
  const { name } = compiled.scales.index;
  return {
    along: { ...along, probabilities },
    points: curvePoints(fitted, table, name, labelled),
  };
}

function factors(found: VaryingPosterior["bayesFactors"]): NonNullable<VaryingInput["tests"]> {
  const nameOf = ({ part, component, term }: (typeof found)[number]): string =>
    `${part === "gate" ? part : "expert"}${component ?? ""}: ${term}`;
  return {
    words:
      "Log Bayes factors of each function being constant: above 0 for a constant, below 0 for a function, ± Monte Carlo " +
      "error. They depend on the prior scale ψ of the function: beside them, the same under half and twice that scale.",
    rows: found.map((one) => ({
      what: nameOf(one),
      cells: {
        "log Bayes factor": `${formatFixed(one.logBayesFactor, 2)} ± ${formatFixed(one.mcse, 2)}`,
        ...Object.fromEntries(
          one.sensitivity.map(({ logBayesFactor }, s) => [
            `under ${RELATIVE[s]} ψ`,
            formatFixed(logBayesFactor, 2),
          ]),
        ),
      },
    })),
  };
}

function factsOf({ data, settings, model, version }: Run, index: IndexRange): [string, string][] {
  const { chains, warmup, draws, seed } = settings;
  const { scale, basis } = model.varying!;
  return [
    ["data", `${data.source}: ${counted(data.rows, "row")}`],
    ["data SHA-256", data.sha256],
    ["index", `${index.name}, from ${formatNumber(index.low)} to ${formatNumber(index.high)}`],
    ["family", model.experts.family],
    ["estimator", `posterior: ${basis} coefficients a function, prior scale ψ = ${scale}`],
    ["chains", `${chains}, each ${warmup} warm-up + ${draws} draws`],
    ["seed", `${seed}`],
    ["version", `moebius ${version}`],
  ];
}
