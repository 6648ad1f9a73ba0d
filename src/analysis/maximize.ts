import { exactFits } from "../../diagnostics/findings/degenerate-expert.ts";
import { maximumFindings } from "../../diagnostics/findings/maximum.ts";
import { fitSummary, informationCriteria } from "../../diagnostics/information-criteria.ts";
import { type Compiled, compile } from "../../models/compile.ts";
import { scaleIndex } from "../../samplers/em/scale-index.ts";
import { emStart, emStarts } from "../../samplers/em/starts.ts";
import { type EmResult, em } from "../../samplers/em.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { SamplerError, UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { matrix, row } from "../math/matrix.ts";
import { standardDeviation } from "../math/moments.ts";
import { createRng } from "../math/rng.ts";
import { type FittedComponent, fittedComponents } from "./maximum-components.ts";
import type { StartResult } from "./start-result.ts";

export interface MaximizeOptions {
  /** Instead of the model's number. */
  readonly components?: number;
  readonly starts?: number;
  readonly seed?: number;
  /** The posterior mode under the model's priors instead of the likelihood's maximum. */
  readonly penalized?: boolean;
  /** No sd becomes smaller. */
  readonly sdFloor?: number;
  readonly maxIterations?: number;
}

export interface Maximum {
  readonly model: ModelDeclaration;
  readonly logLikelihood: number;
  readonly df: number;
  readonly aic: number;
  /** −2 · logLikelihood + df · log n: lower is better. */
  readonly bic: number;
  /** bic + 2 · the entropy of the responsibilities: lower is better. */
  readonly icl: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly gradientNorm: number;
  readonly components: readonly FittedComponent[];
  /** Distinct optima, highest first. */
  readonly census: readonly CensusEntry[];
  readonly findings: readonly Finding[];
  readonly runs: readonly StartResult[];
}

export interface CensusEntry {
  readonly logLikelihood: number;
  readonly count: number;
  readonly degenerate: boolean;
}

const STARTS = 20;
const STREAM = 0x656d;
/** An sd below this share of the response's is a collapse. */
const SMALLEST_SD = 1e-3;
/** An sd below this share of the largest is drawn down by what it fits exactly. */
const NARROW = 0.1;
/** Relative difference of log-likelihoods of one optimum. */
const SAME = 1e-4;

/**
 * Maximum likelihood by EM from many starts. The best is the highest optimum without a degenerate
 * expert; where all are degenerate, the highest. A start depends on the seed and its number alone.
 */
export function maximize(
  declaration: ModelDeclaration,
  table: Table,
  options: MaximizeOptions = {},
): Maximum {
  const { starts = STARTS, seed = 1 } = options;
  const model = withNumber(declaration, options.components);
  if (!(Number.isInteger(starts) && starts > 0)) {
    throw new UsageError(`starts must be a whole number from 1; got ${starts}`);
  }
  const compiled = compile(model, table);
  const runs = Array.from({ length: starts }, (_, start) =>
    climb(compiled, seed, start, options),
  ).filter((run) => run !== undefined);
  const best = highest(runs);
  if (best === undefined) {
    throw new SamplerError(
      `EM must reach a finite log-likelihood from one start at least; none of ${starts} did; ` +
        "look for extreme values in the data",
      { seed, starts },
    );
  }
  return describe(compiled, best, runs);
}

function withNumber(model: ModelDeclaration, components?: number): ModelDeclaration {
  const K = components ?? model.components;
  if (typeof K === "number") return { ...model, components: K };
  throw new UsageError(
    "the number of experts must be given to maximize the likelihood; found a prior on it; " +
      "write a number",
  );
}

/** One start to its end; undefined where the likelihood is no number there. */
function climb(
  { target }: Compiled,
  seed: number,
  start: number,
  { penalized = false, sdFloor, maxIterations }: MaximizeOptions,
): StartResult | undefined {
  const kind = emStarts[start % emStarts.length]!;
  const from = emStart(createRng(seed, 0, STREAM, start), target, kind);
  const result = em(target, from, {
    priorWeight: penalized ? 1 : 0,
    ...(sdFloor === undefined ? {} : { sdFloor }),
    ...(maxIterations === undefined ? {} : { maxIterations }),
  });
  if (!Number.isFinite(result.logLikelihood)) return undefined;
  return { ...result, start: kind, degenerate: isDegenerate(target, result) };
}

/**
 * An sd has collapsed, or rows of an expert lie exactly on a line: most of them, or enough to draw
 * its sd far below the others'.
 */
function isDegenerate(target: Compiled["target"], { state, responsibility }: EmResult): boolean {
  const at = scaleIndex(target);
  if (at < 0) return false;
  const K = state.theta.rows;
  const sds = Array.from({ length: K }, (_, k) => row(state.theta, k)[at]!);
  if (Math.min(...sds) < SMALLEST_SD * standardDeviation(target.expert.y)) return true;
  const narrow = NARROW * Math.max(...sds);
  return exactFits(target, target.expert.y, responsibility).some(
    ({ exact, rows, free }, k) => exact >= free + 2 && (exact >= rows / 2 || sds[k]! < narrow),
  );
}

function highest(runs: readonly StartResult[]): StartResult | undefined {
  const regular = runs.filter(({ degenerate }) => !degenerate);
  return (regular.length > 0 ? regular : runs).reduce<StartResult | undefined>(
    (best, run) => (best === undefined || run.objective > best.objective ? run : best),
    undefined,
  );
}

function describe(compiled: Compiled, best: StartResult, runs: readonly StartResult[]): Maximum {
  const { target, model } = compiled;
  const { logLikelihood, iterations, converged, gradientNorm } = best;
  const K = best.state.theta.rows;
  const { expert, gate } = target;
  const summary = fitSummary(target, best.state);
  const criterion = (name: string): number =>
    informationCriteria.find((one) => one.name === name)!.value(summary);
  const theta = matrix(K, expert.dimension);
  const gamma = matrix(K, gate.dimension);
  compiled.report(best.state, theta, gamma);
  const components = fittedComponents(target, best, theta, gamma);
  return {
    model,
    logLikelihood,
    df: summary.df,
    aic: criterion("aic"),
    bic: criterion("bic"),
    icl: criterion("icl"),
    iterations,
    converged,
    gradientNorm,
    components,
    census: censusOf(runs),
    findings: maximumFindings(target, best, runs, components),
    runs,
  };
}

function censusOf(runs: readonly StartResult[]): CensusEntry[] {
  const found: { logLikelihood: number; count: number; degenerate: boolean }[] = [];
  for (const { logLikelihood, degenerate } of runs.toSorted(
    (a, b) => b.logLikelihood - a.logLikelihood,
  )) {
    const same = found.find(
      (entry) =>
        entry.degenerate === degenerate &&
        Math.abs(entry.logLikelihood - logLikelihood) <= SAME * (1 + Math.abs(logLikelihood)),
    );
    if (same) same.count++;
    else found.push({ logLikelihood, count: 1, degenerate });
  }
  return found;
}
