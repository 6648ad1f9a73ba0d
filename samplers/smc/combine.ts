import { fastExp } from "../../src/math/exp.ts";
import { standardDeviation } from "../../src/math/moments.ts";
import { logMeanExp } from "./weights.ts";

/** log p(y | K) with its standard error. */
export interface LogEvidence {
  readonly value: number;
  /** 0 where every replicate is exact; NaN for a single one. */
  readonly se: number;
  /** Of each independent replicate. */
  readonly replicates: readonly number[];
  /** One sentence on why the value is not to be trusted; absent where it is. */
  readonly unreliable?: string;
}

/** With this standard deviation of a replicate's logarithm, a mean on the natural scale rests on the largest few. */
const MOST_SPREAD = 1;
/** A factor of 1.6 in a ratio of evidences, at two standard errors. */
const MOST_SE = 0.25;

/**
 * Averages unbiased replicates on the scale of the evidence. The error is from their spread, the larger of the delta
 * method's and that of the mean of logarithms, widened for the spread being estimated from few (variance of Student's t).
 */
export function combineReplicates(replicates: readonly number[]): LogEvidence {
  const logs = Float64Array.from(replicates);
  const R = logs.length;
  const value = logMeanExp(logs);
  const spread = standardDeviation(logs);
  const relative = standardDeviation(logs.map((log) => fastExp(log - value)));
  const widened = R > 3 ? Math.sqrt((R - 1) / (R - 3)) : 2;
  const se = (widened * Math.max(spread, relative)) / Math.sqrt(R);
  const unreliable = problem(value, spread, se, logs);
  return { value, se, replicates, ...(unreliable === undefined ? {} : { unreliable }) };
}

function problem(
  value: number,
  spread: number,
  se: number,
  logs: Float64Array,
): string | undefined {
  if (!Number.isFinite(value)) return `the log evidence is ${value}`;
  if (logs.length < 2) return "one replicate alone has no standard error";
  const range = `${Math.min(...logs).toFixed(1)} … ${Math.max(...logs).toFixed(1)}`;
  const found = `independent replicates of the log evidence lie in ${range}`;
  if (spread > MOST_SPREAD) {
    // A typical replicate is low by half the variance of its logarithm.
    return `${found}, so it is likely too low by ${(0.5 * spread * spread).toFixed(1)} or more`;
  }
  return se > MOST_SE ? `${found}: standard error ${se.toFixed(2)}` : undefined;
}
