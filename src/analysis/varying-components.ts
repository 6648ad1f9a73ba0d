import type { VaryingModel } from "../../models/varying.ts";
import { effectiveParameters } from "../../samplers/varying/effective-parameters.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { Vector } from "../math/matrix.ts";
import { sum } from "../math/moments.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { fittedRows, parametersOf } from "../run/varying-rows.ts";
import { sumOverRows } from "../selection/cross-validation.ts";
import { fitVarying } from "./varying.ts";
import { type BandwidthOptions, heldOutRows } from "./varying-bandwidth.ts";

export type ComponentCriterion = "held-out" | "aic" | "bic";

export interface ComponentsOptions extends BandwidthOptions {
  /** Numbers to try; 1, 2, 3, 4 unless said. */
  readonly components?: readonly number[];
  /** The one to choose by; "held-out" unless said. */
  readonly criterion?: ComponentCriterion;
}

/** One number of components, at its best bandwidth. */
export interface ComponentsCandidate {
  readonly components: number;
  /** Why there is nothing else: windows hold too few rows for so many. */
  readonly reason?: string;
  readonly bandwidth?: number;
  /** Σ log f of all rows, each by the fit without its fold. */
  readonly heldOut?: number;
  /** Standard error of heldOut minus that of the best number. */
  readonly differenceError?: number;
  /** Of the fit to all rows. */
  readonly logLikelihood?: number;
  /** What the fit is worth in parameters; absent, as the criteria, where a local maximum is no regular one. */
  readonly effectiveParameters?: number;
  /** −2 logLikelihood + 2, or log n, a parameter. */
  readonly aic?: number;
  readonly bic?: number;
  readonly verdict?: "ok" | "problems";
}

export interface ComponentsChoice {
  readonly components: number;
  /** The fewest that predict rows as well as the best within one standard error of the difference. */
  readonly fewest: number;
  readonly criterion: ComponentCriterion;
  readonly candidates: readonly ComponentsCandidate[];
  readonly findings: readonly Finding[];
}

const NUMBERS = [1, 2, 3, 4];

/**
 * The number of components at which rows left out are most probable, or by an information criterion with effective
 * parameters. Each number has the best bandwidth of its own candidates. Throws a UsageError for numbers that cannot be, a
 * DataError where none can be fitted.
 */
export async function chooseVaryingComponents(
  model: VaryingModel,
  table: Table,
  options: ComponentsOptions = {},
): Promise<ComponentsChoice> {
  const { components: numbers = NUMBERS, criterion = "held-out", ...rest } = options;
  checkNumbers(numbers);
  const tried: Tried[] = [];
  for (const components of [...new Set(numbers)].sort((a, b) => a - b)) {
    tried.push(await tryNumber({ ...model, components }, table, rest));
  }
  return choiceOf(tried, criterion);
}

/** A candidate, with the held-out log-likelihoods of the rows. */
interface Tried extends ComponentsCandidate {
  readonly rows?: Vector;
}

async function tryNumber(
  model: VaryingModel,
  table: Table,
  options: BandwidthOptions,
): Promise<Tried> {
  const { components } = model;
  try {
    const { bandwidths, rows } = await heldOutRows(model, table, options);
    const judged = rows.flatMap(({ values }, b) =>
      values === undefined ? [] : [{ values, bandwidth: bandwidths[b]!, total: sum(values) }],
    );
    if (judged.length === 0) return { components, reason: "windows of a fold hold too few rows" };
    const best = judged.reduce((a, b) => (b.total > a.total ? b : a));
    const { fit, verdict } = fitVarying(model, table, { ...options, bandwidth: best.bandwidth });
    return {
      ...{ components, bandwidth: best.bandwidth, heldOut: best.total, rows: best.values },
      ...criteriaOf(fit, table),
      verdict,
    };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { components, reason: error.message };
  }
}

/** Of a fit with the table that it was made from; criteria are absent where there are no effective parameters. */
export function criteriaOf(
  fit: VaryingFit,
  table: Table,
): Pick<ComponentsCandidate, "logLikelihood" | "effectiveParameters" | "aic" | "bic"> {
  const { grid, theta } = parametersOf(fit);
  const { problem } = fittedRows(fit, table);
  const { logLikelihood } = fit;
  const count = effectiveParameters(problem, grid, fit.bandwidth, theta);
  if (!Number.isFinite(count)) return { logLikelihood };
  return {
    ...{ logLikelihood, effectiveParameters: count },
    aic: -2 * logLikelihood + 2 * count,
    bic: -2 * logLikelihood + Math.log(problem.n) * count,
  };
}

function choiceOf(tried: readonly Tried[], criterion: ComponentCriterion): ComponentsChoice {
  const scoreOf = (one: Tried): number | undefined => {
    if (criterion === "held-out") return one.heldOut;
    const value = one[criterion];
    return value === undefined ? undefined : -value;
  };
  const judged = tried.filter((one) => scoreOf(one) !== undefined);
  if (judged.length === 0) {
    throw new DataError(
      `at least one number of components must be one that can be fitted and judged; none of ` +
        `${tried.map(({ components }) => components).join(", ")} is; ${tried[0]?.reason ?? `no ${criterion}`}`,
    );
  }
  const better = (a: Tried, b: Tried): Tried => (scoreOf(b)! > scoreOf(a)! ? b : a);
  const chosen = judged.reduce(better);
  const predicting = tried.filter(({ rows }) => rows !== undefined);
  const best = predicting.reduce((a, b) => (b.heldOut! > a.heldOut! ? b : a));
  const candidates = tried.map(({ rows, ...one }) => {
    if (rows === undefined) return one;
    const { se } = sumOverRows(rows.map((value, i) => value - best.rows![i]!));
    return { ...one, differenceError: se };
  });
  const isClose = ({ heldOut = -Infinity, differenceError = 0 }: ComponentsCandidate): boolean =>
    heldOut >= best.heldOut! - differenceError;
  return {
    ...{ components: chosen.components, criterion, candidates },
    fewest: candidates.find(isClose)!.components,
    findings: findingsOf(chosen, candidates),
  };
}

function checkNumbers(numbers: readonly number[]): void {
  const bad = numbers.find((K) => !(Number.isSafeInteger(K) && K >= 1 && K <= 10));
  if (numbers.length > 0 && bad === undefined) return;
  throw new UsageError(
    `\`components\` must be whole numbers from 1 to 10; got ${bad === undefined ? "none" : bad}`,
  );
}

function findingsOf(
  { components, verdict }: ComponentsCandidate,
  candidates: readonly ComponentsCandidate[],
): Finding[] {
  const found: Finding[] = [];
  const lost = candidates.filter(({ reason }) => reason !== undefined);
  if (candidates.length > 1 && components === candidates.at(-1)!.components) {
    found.push({
      code: "components-at-edge",
      severity: "problem",
      message: `the number of components chosen, ${components}, is the largest that was tried; try more`,
    });
  }
  if (verdict === "problems") {
    found.push({
      code: "components-with-problems",
      severity: "problem",
      message: `the fit with the number of components chosen, ${components}, has problems: see its findings`,
    });
  }
  if (lost.length > 0) {
    found.push({
      code: "components-not-judged",
      severity: "note",
      message:
        `${lost.map((one) => one.components).join(", ")} components were not judged: ${lost[0]!.reason}; take larger ` +
        "bandwidths or fewer folds",
    });
  }
  return found;
}
