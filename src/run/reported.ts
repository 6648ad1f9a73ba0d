import type { Compiled } from "../../models/compile.ts";
import type { State } from "../core/target.ts";
import { fastExp } from "../math/exp.ts";
import { matrix, row, type Vector } from "../math/matrix.ts";

/** Component by component, named as in draws: weight, theta, gate row, on the scale of the data; then λ, if there is one. */
export function reportedAt(
  { target: { expert, gate, n }, report }: Pick<Compiled, "target" | "report">,
  state: State,
): Vector {
  const K = state.theta.rows;
  const stride = 1 + expert.dimension + gate.dimension;
  const theta = matrix(K, expert.dimension);
  const gamma = matrix(K, gate.dimension);
  const logs = matrix(K, n);
  report(state, theta, gamma);
  gate.logProbability(state.gamma, logs);
  const [lambda] = state.deviation?.lambda ?? [];
  const out = new Float64Array(K * stride + (lambda === undefined ? 0 : 1));
  if (lambda !== undefined) out[K * stride] = lambda;
  for (let k = 0; k < K; k++) {
    out[k * stride] = row(logs, k).reduce((sum, log) => sum + fastExp(log), 0) / n;
    out.set(row(theta, k), k * stride + 1);
    out.set(row(gamma, k), k * stride + 1 + expert.dimension);
  }
  return out;
}
