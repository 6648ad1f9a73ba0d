import { firstRows } from "../src/core/mixture.ts";
import type { State, Target } from "../src/core/target.ts";
import { columnLogSumExp } from "../src/math/columns.ts";
import { fastLog } from "../src/math/exp.ts";
import { matrix, row, type Vector } from "../src/math/matrix.ts";
import { exponential } from "../src/math/random/exponential.ts";
import type { Rng } from "../src/math/rng.ts";

/**
 * A function that draws log u_i, u_i ~ Exponential(rate S_i), S_i = Σ_k exp(logWeight_k): as
 * 1 / S_i = ∫ exp(−u_i S_i) du_i, given these levels (and z) components are independent. The vector is reused.
 */
export function levels({ n, capacity, gate }: Target): (rng: Rng, state: State) => Vector {
  const all = matrix(capacity, n);
  const logTotal = new Float64Array(n);
  const logLevels = new Float64Array(n);
  const logSumExp = columnLogSumExp(n);
  return (rng, { gamma }) => {
    for (let k = 0; k < gamma.rows; k++) gate.logWeight(row(gamma, k), row(all, k));
    logSumExp(firstRows(all, gamma.rows), logTotal);
    for (let i = 0; i < n; i++) logLevels[i] = fastLog(exponential(rng)) - logTotal[i]!;
    return logLevels;
  };
}
