import type { Target } from "../../src/core/target.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { sum } from "../../src/math/moments.ts";
import type { RowWeight } from "./row-weight.ts";
import { scaleIndex } from "./scale-index.ts";

/** Rows a parameter below which the normal equations may be too singular to be trusted. */
const FEW = 5;

/**
 * The M step of the experts: rewrites theta given responsibilities times row weights (K × n). An
 * expert without rows keeps its parameters, as does one whose few rows its family cannot fit better;
 * no sd falls below `least`.
 */
export function maximizer(
  target: Target,
  { each }: RowWeight,
  priorWeight: number,
  least: number,
): (theta: Matrix, responsibility: Matrix) => void {
  const { n, expert } = target;
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const rows = all.filter((i) => each === undefined || each[i]! > 0);
  const weight = new Float64Array(rows.length);
  const sdAt = scaleIndex(target);
  const before = new Float64Array(expert.dimension);
  const share = expertShare(target, priorWeight);
  return (theta, responsibility) => {
    for (let k = 0; k < theta.rows; k++) {
      const of = row(theta, k);
      gather(row(responsibility, k), rows, weight);
      if (!weight.some((w) => w > 0)) continue;
      before.set(of);
      expert.maximize(of, { rows, weight }, priorWeight);
      const isFloored = sdAt >= 0 && of[sdAt]! < least;
      if (isFloored) of[sdAt] = least;
      // Under a prior the coefficients may depend on the sd that was not allowed.
      const isDoubtful = (isFloored && priorWeight > 0) || sum(weight) < FEW * expert.dimension;
      if (isDoubtful && !(share(of, rows, weight) >= share(before, rows, weight))) of.set(before);
    }
  };
}

/** What one expert adds to the objective of the M step. */
function expertShare({ n, expert }: Target, priorWeight: number) {
  const density = new Float64Array(n);
  return (theta: Vector, rows: Int32Array, weight: Vector): number => {
    expert.logDensity(theta, density);
    let total = priorWeight === 0 ? 0 : priorWeight * expert.logPrior(theta);
    for (let m = 0; m < rows.length; m++) {
      if (weight[m]! > 0) total += weight[m]! * density[rows[m]!]!;
    }
    return total;
  };
}

function gather(values: Vector, rows: Int32Array, out: Vector): void {
  for (let m = 0; m < rows.length; m++) out[m] = values[rows[m]!]!;
}
