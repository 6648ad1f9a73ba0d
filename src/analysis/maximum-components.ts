import type { EmResult } from "../../samplers/em.ts";
import type { Target } from "../core/target.ts";
import { type Matrix, matrix, row } from "../math/matrix.ts";
import { mean } from "../math/moments.ts";

export interface Estimate {
  readonly estimate: number;
}

/** One component on the scale of the data. */
export interface FittedComponent {
  /** Mean over rows of its gate probability. */
  readonly weight: number;
  readonly coefficients: Readonly<Record<string, Estimate>>;
  /** Absent in families without an sd. */
  readonly sd?: Estimate;
  /** Centred over components, unless the last one is the baseline. */
  readonly gate: Readonly<Record<string, Estimate>>;
}

/** The components by falling weight; theta and gamma as `Compiled.report` writes them. */
export function fittedComponents(
  { expert, gate, n }: Target,
  { state }: EmResult,
  theta: Matrix,
  gamma: Matrix,
): FittedComponent[] {
  const K = theta.rows;
  const logProbability = matrix(K, n);
  gate.logProbability(state.gamma, logProbability);
  const components = Array.from({ length: K }, (_, k) => {
    const coefficients: Record<string, Estimate> = {};
    let sd: Estimate | undefined;
    let from = 0;
    for (const { size, terms, moment } of expert.layout) {
      const values = row(theta, k).subarray(from, from + size);
      terms?.forEach((term, j) => {
        coefficients[term] = { estimate: values[j]! };
      });
      if (moment === "sd") sd = { estimate: values[0]! };
      from += size;
    }
    const gateRow = row(gamma, k);
    return {
      weight: mean(row(logProbability, k).map(Math.exp)),
      coefficients,
      ...(sd === undefined ? {} : { sd }),
      gate: Object.fromEntries(gate.terms.map((term, j) => [term, { estimate: gateRow[j]! }])),
    };
  });
  return components.sort((a, b) => b.weight - a.weight);
}
