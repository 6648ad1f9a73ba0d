import { availableParallelism } from "node:os";
import { type ReplicateBand, replicateBand } from "../../diagnostics/varying/replicate-band.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { StoppedError } from "../core/errors.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { matrix, row } from "../math/matrix.ts";
import { runTasks, type TaskOptions } from "../run/tasks.ts";
import type { VaryingReplicate } from "../run/varying-bootstrap-task.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { fittedRows, parametersOf } from "../run/varying-rows.ts";
import { checkLevel, checkReplicates } from "./bootstrap.ts";
import type { VaryingBand } from "./varying-bands.ts";

export interface VaryingBootstrapOptions extends TaskOptions {
  /** 200 unless said. */
  readonly replicates?: number;
  /** Of intervals and bands alike; 0.95 unless said. */
  readonly level?: number;
  /** That of the fit unless said. */
  readonly seed?: number;
}

/** Bands from fits to responses drawn from a fit; plain data. */
export interface VaryingBootstrap {
  readonly level: number;
  readonly seed: number;
  readonly replicates: number;
  /** Replicates whose estimates are not finite: left out. */
  readonly failures: number;
  /** Replicates that have not come to rest: kept. */
  readonly unsettled: number;
  /** Replicates whose components had to be renumbered to match. */
  readonly renumbered: number;
  /** Of the fit's curves, in their order; those that do not vary have the same limits all along. */
  readonly curves: readonly VaryingBand[];
  readonly findings: readonly Finding[];
}

const REPLICATES = 200;
/** Share of replicates from which the bands cannot be leaned on. */
const MANY = 0.05;

/**
 * The parametric bootstrap: components drawn by the fitted gate, responses by the fitted experts, x, z and u as they are;
 * each is fitted from the fit itself at the same bandwidth, by the same estimator, its components matched to those that
 * made the rows. Throws a UsageError for options or a table that will not do. Source: [davison1997].
 */
export async function bootstrapVarying(
  fit: VaryingFit,
  table: Table,
  options: VaryingBootstrapOptions = {},
): Promise<VaryingBootstrap> {
  const { replicates = REPLICATES, level = 0.95, seed = fit.seed, signal, progress } = options;
  checkReplicates(replicates);
  checkLevel(level);
  const rows = fittedRows(fit, table);
  const { model, scales, penalty, bandwidth, estimator } = fit;
  const shared = { model, scales, penalty, table: rows.table, bandwidth, estimator, seed };
  const tasks = Array.from({ length: replicates }, (_, replicate) => ({ replicate }));
  const { workers = availableParallelism() } = options;
  const setup = { ...shared, ...parametersOf(fit) };
  const done = await runTasks("varyingBootstrap", setup, tasks, { workers, progress, signal });
  if (signal?.aborted === true) throw new StoppedError("the bootstrap was stopped before its end");
  const found = done as VaryingReplicate[];
  const failures = found.filter(({ values }) => values === undefined).length;
  const count = (has: (one: VaryingReplicate) => boolean): number => found.filter(has).length;
  const unsettled = count(({ settled, values }) => values !== undefined && !settled);
  return {
    ...{ level, seed, replicates, failures, unsettled },
    renumbered: count(({ renumbered }) => renumbered),
    curves: bandsOf(fit, found, level),
    findings: findingsOf(replicates, failures, unsettled),
  };
}

function bandsOf(
  { curves, grid }: VaryingFit,
  replicates: readonly VaryingReplicate[],
  level: number,
): VaryingBand[] {
  const used = replicates.flatMap(({ values }) => (values === undefined ? [] : [values]));
  const G = grid.length;
  return curves.map((curve, c) => {
    const values = matrix(used.length, G);
    used.forEach((all, b) => {
      row(values, b).set(all.subarray(c * G, (c + 1) * G));
    });
    return bandOf(curve, grid, replicateBand(Float64Array.from(curve.value), values, level));
  });
}

function bandOf(
  { component, part, term, varies, value }: CoefficientCurve,
  grid: readonly number[],
  band: ReplicateBand,
): VaryingBand {
  const { critical, ...limits } = band;
  const { se, lower, upper, simultaneousLower, simultaneousUpper } = limits;
  return {
    ...{ component, part, term, varies, critical, u: grid, estimate: value, centre: value },
    ...{ se: [...se], lower: [...lower], upper: [...upper] },
    ...{ simultaneousLower: [...simultaneousLower], simultaneousUpper: [...simultaneousUpper] },
  };
}

function findingsOf(replicates: number, failures: number, unsettled: number): Finding[] {
  if (failures + unsettled <= MANY * replicates) return [];
  return [
    {
      code: "bootstrap-unsettled",
      severity: "problem",
      message:
        `${unsettled} of ${replicates} replicates have not come to rest and ${failures} have failed: the bands may be ` +
        "wrong; try a larger bandwidth or fewer components",
    },
  ];
}
