import type { IndexRange } from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { Vector } from "../math/matrix.ts";
import { checkBandwidth } from "../run/check-bandwidth.ts";
import { runTasks, type TaskOptions } from "../run/tasks.ts";
import { type VaryingOptions, type VaryingSetting, varyingSetting } from "../run/varying-fit.ts";
import type { VaryingFoldResult } from "../run/varying-fold-task.ts";
import { type Fold, foldsOf, sumOverRows } from "../selection/cross-validation.ts";

export interface BandwidthOptions extends Omit<VaryingOptions, "bandwidth">, TaskOptions {
  /** Shares of the range of the index; multiples of a rule of thumb unless given. */
  readonly candidates?: readonly number[];
  readonly folds?: number;
}

/** How one bandwidth predicts rows that the fit has not seen. */
export interface BandwidthCandidate {
  readonly bandwidth: number;
  /** Σ log f of all rows, each by the fit without its fold; absent where a fold leaves windows with too few rows. */
  readonly heldOut?: number;
  /** Standard error of heldOut minus that of the best candidate. */
  readonly differenceError?: number;
  /** Grid points of all folds that have not come to a maximum. */
  readonly unconverged: number;
}

export interface BandwidthChoice {
  readonly bandwidth: number;
  /** Where the candidates were laid around. */
  readonly ruleOfThumb: number;
  /** Ascending. */
  readonly candidates: readonly BandwidthCandidate[];
  readonly atEdge: boolean;
  readonly findings: readonly Finding[];
}

const MULTIPLES = [0.7, 1, 1.4, 2, 2.8];
const LARGEST = 1;
const FOLDS = 5;

/**
 * The bandwidth at which rows left out are most probable, by K folds. Every fit starts at the labels of the fit to all
 * rows. Throws a UsageError for candidates or folds that cannot be, a DataError where no candidate can be fitted.
 */
export async function chooseBandwidth(
  model: VaryingModel,
  table: Table,
  options: BandwidthOptions = {},
): Promise<BandwidthChoice> {
  const { setting, bandwidths, rows } = await heldOutRows(model, table, options);
  return choice(setting, bandwidths, rows);
}

/** Held-out log-likelihoods of the rows at each candidate. */
export interface HeldOutRows {
  readonly setting: VaryingSetting;
  /** Ascending. */
  readonly bandwidths: readonly number[];
  readonly rows: readonly Gathered[];
}

/** What `chooseBandwidth` chooses by. */
export async function heldOutRows(
  model: VaryingModel,
  table: Table,
  options: BandwidthOptions = {},
): Promise<HeldOutRows> {
  const { folds: count = FOLDS, estimator = "local", workers, progress, signal } = options;
  const setting = varyingSetting(model, table, options);
  const { compiled, grid, labels, bandwidth: ruleOfThumb, seed } = setting;
  const bandwidths = candidatesOf(options.candidates, ruleOfThumb, compiled.scales.index);
  const folds = foldsOf(compiled.problem.n, count, seed);
  const tasks = bandwidths.flatMap((bandwidth) => folds.map((fold) => ({ bandwidth, ...fold })));
  const shared = { model, table, penalty: options.penalty ?? {}, grid, estimator, labels };
  const setup = { ...shared, labelsBandwidth: ruleOfThumb };
  const results = await runTasks("varyingFold", setup, tasks, { workers, progress, signal });
  const rows = bandwidths.map((_, b) => gather(results.slice(b * count, (b + 1) * count), folds));
  return { setting, bandwidths, rows };
}

/** Held-out log-likelihoods of all rows, if every fold has them. */
interface Gathered {
  readonly values?: Vector;
  readonly unconverged: number;
}

function gather(
  results: readonly (VaryingFoldResult | undefined)[],
  folds: readonly Fold[],
): Gathered {
  const values = new Float64Array(folds.reduce((sum, { test }) => sum + test.length, 0));
  const unconverged = results.reduce((sum, result) => sum + (result?.unconverged ?? 0), 0);
  for (const [v, result] of results.entries()) {
    const found = result?.logLikelihood;
    if (found === undefined) return { unconverged };
    folds[v]!.test.forEach((i, at) => {
      values[i] = found[at]!;
    });
  }
  return { values, unconverged };
}

function candidatesOf(
  given: readonly number[] | undefined,
  rule: number,
  index: IndexRange,
): number[] {
  if (given === undefined) {
    return [...new Set(MULTIPLES.map((times) => Math.min(LARGEST, times * rule)))];
  }
  if (given.length === 0) {
    throw new UsageError("`candidates` must be shares of the range of the index; got none");
  }
  for (const bandwidth of given) checkBandwidth(bandwidth, index, "candidates");
  return [...new Set(given)].sort((a, b) => a - b);
}

function choice(
  { bandwidth: ruleOfThumb }: VaryingSetting,
  bandwidths: readonly number[],
  rows: readonly Gathered[],
): BandwidthChoice {
  const totals = rows.map(({ values }) => (values === undefined ? undefined : total(values)));
  const best = totals.reduce<number>(
    (at, value, b) => (value !== undefined && value > (totals[at] ?? -Infinity) ? b : at),
    totals.findIndex((value) => value !== undefined),
  );
  if (best < 0) {
    throw new DataError(
      "at least one candidate bandwidth must leave every window of every fold with enough rows; none of " +
        `${bandwidths.join(", ")} does; take larger ones, fewer folds or a smaller model`,
      { candidates: bandwidths },
    );
  }
  const chosen = rows[best]!.values!;
  const candidates = bandwidths.map((bandwidth, b) => {
    const { values, unconverged } = rows[b]!;
    if (values === undefined) return { bandwidth, unconverged };
    const difference = sumOverRows(values.map((value, i) => value - chosen[i]!));
    return { bandwidth, unconverged, heldOut: total(values), differenceError: difference.se };
  });
  const atEdge = bandwidths.length > 1 && (best === 0 || best === bandwidths.length - 1);
  const bandwidth = bandwidths[best]!;
  return {
    bandwidth,
    ruleOfThumb,
    candidates,
    atEdge,
    findings: findingsOf(candidates, best, atEdge),
  };
}

const total = (values: Vector): number => values.reduce((sum, value) => sum + value, 0);

function findingsOf(
  candidates: readonly BandwidthCandidate[],
  best: number,
  atEdge: boolean,
): Finding[] {
  const { bandwidth, unconverged } = candidates[best]!;
  const lost = candidates.filter(({ heldOut }) => heldOut === undefined);
  const found: Finding[] = [];
  if (atEdge) {
    const [most, more] = best === 0 ? ["smallest", "smaller"] : ["largest", "larger"];
    found.push({
      code: "bandwidth-at-edge",
      severity: bandwidth === LARGEST && best > 0 ? "note" : "problem",
      message:
        bandwidth === LARGEST && best > 0
          ? "the bandwidth chosen spans the whole index: coefficients may well be straight lines"
          : `the bandwidth chosen, ${bandwidth}, is the ${most} of the candidates; try ${more} ones`,
    });
  }
  if (lost.length > 0) {
    const which = lost.map((candidate) => candidate.bandwidth).join(", ");
    found.push({
      code: "bandwidth-too-small",
      severity: "note",
      message: `bandwidth ${which}: a fold leaves windows with fewer rows than parameters; not judged`,
    });
  }
  if (unconverged > 0) {
    found.push({
      code: "not-converged",
      severity: "problem",
      message: `at the bandwidth chosen ${unconverged} local fits of the folds have not come to their maximum`,
    });
  }
  return found;
}
