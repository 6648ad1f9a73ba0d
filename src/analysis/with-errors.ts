import { componentEstimates } from "../../diagnostics/component-estimates.ts";
import { UsageError } from "../core/errors.ts";
import { type Matrix, matrix, type Vector } from "../math/matrix.ts";
import { quantile } from "../math/order.ts";
import {
  type Bootstrap,
  type BootstrapOptions,
  bootstrap,
  checkLevel,
  usedRows,
} from "./bootstrap.ts";
import { replicateIntervals } from "./component-intervals.ts";
import type { Maximum } from "./maximum.ts";
import { fittedComponents } from "./maximum-components.ts";
import {
  covarianceErrors,
  type ErrorKind,
  LEVEL,
  profileErrors,
  shareOf,
  type WithErrors,
} from "./maximum-errors.ts";

export type { ErrorKind } from "./maximum-errors.ts";

const KINDS: readonly ErrorKind[] = ["observed", "sandwich", "parametric", "weighted", "profile"];

/** The maximum with other standard errors and intervals. Throws a UsageError for options that cannot be. */
export async function withErrors(
  maximum: Maximum,
  kind: ErrorKind,
  options: Omit<BootstrapOptions, "kind"> = {},
): Promise<Maximum> {
  const { level = LEVEL } = options;
  checkErrors(kind, level);
  const { components, errors, share } = await errorsOf(maximum, kind, { ...options, level });
  const summary = { ...maximum.summary, ...share, standardErrors: errors, components };
  return { ...maximum, summary };
}

/** Throws a UsageError unless there are such errors and intervals. */
export function checkErrors(kind: ErrorKind, level: number): void {
  checkLevel(level);
  if (KINDS.includes(kind)) return;
  throw new UsageError(`the errors must be one of ${KINDS.join(", ")}; got "${kind}"`);
}

async function errorsOf(
  maximum: Maximum,
  kind: ErrorKind,
  options: Omit<BootstrapOptions, "kind"> & { readonly level: number },
): Promise<WithErrors> {
  const { fitted, state, settings } = maximum;
  const { level } = options;
  if (kind === "profile") return profileErrors(fitted.compiled, state, settings, level);
  if (kind === "observed" || kind === "sandwich") {
    return covarianceErrors(fitted.compiled, state, settings, kind, level);
  }
  return bootstrapErrors(maximum, await bootstrap(maximum, { ...options, kind }));
}

/** Sds of the replicates and their percentile intervals. */
function bootstrapErrors({ fitted, state }: Maximum, found: Bootstrap): WithErrors {
  const { target } = fitted.compiled;
  const { kind, level, estimate, failures } = found;
  const used = usedRows(found.replicates);
  const errors = { kind, level, replicates: found.replicates.rows, failures };
  if (used.rows < 2) {
    const covariance = matrix(estimate.length, estimate.length);
    const missing = `only ${used.rows} of ${errors.replicates} replicates have come to an estimate`;
    const components = fittedComponents(componentEstimates(target, { estimate, covariance }));
    const share = shareOf(state, Number.NaN, [Number.NaN, Number.NaN]);
    return { components, errors: { ...errors, missing }, ...share };
  }
  const covariance = covarianceOf(used);
  const central = (values: Vector): readonly [number, number] => [
    quantile(values, (1 - level) / 2),
    quantile(values, (1 + level) / 2),
  ];
  const last = Float64Array.from(
    { length: used.rows },
    (_, b) => used.data.at((b + 1) * used.columns - 1)!,
  );
  return {
    components: fittedComponents(
      componentEstimates(target, { estimate, covariance }),
      replicateIntervals(target, used, central),
    ),
    errors,
    ...shareOf(state, Math.sqrt(covariance.data.at(-1)!), central(last)),
  };
}

/** Of the columns, divisor rows − 1. */
function covarianceOf({ rows, columns: p, data }: Matrix): Matrix {
  const centred = data.slice();
  for (let j = 0; j < p; j++) {
    let mean = 0;
    for (let b = 0; b < rows; b++) mean += data[b * p + j]! / rows;
    for (let b = 0; b < rows; b++) centred[b * p + j] = data[b * p + j]! - mean;
  }
  const out = matrix(p, p);
  for (let b = 0; b < rows; b++) {
    for (let i = 0; i < p; i++) {
      const by = centred[b * p + i]! / (rows - 1);
      for (let j = 0; j < p; j++) out.data[i * p + j]! += by * centred[b * p + j]!;
    }
  }
  return out;
}
