import { ROW } from "../../src/core/varying.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Layout } from "./layout.ts";

/** What is known of one row: probabilities, responsibilities, and derivatives of each expert's log density. */
export interface RowParts {
  readonly probability: Vector;
  readonly responsibility: Vector;
  readonly experts: readonly Vector[];
}

/**
 * A function that writes the gradient of one row by its predictors and minus the second derivatives (lower triangle):
 * what is known given who made the row, less, if `observed`, what is missed by not knowing it. Source: [louis1982].
 */
export function rowDerivatives(
  { components: K, hasDispersion, gateFrom, predictors: P }: Layout,
  { probability, responsibility, experts }: RowParts,
) {
  const step = hasDispersion ? 2 : 1;

  function ofExpert(k: number, gradient: Vector, information: Vector, observed: boolean): void {
    const r = responsibility[k]!;
    const d = experts[k]!;
    const a = k * step;
    const spread = r * (1 - r);
    gradient[a] = r * d[ROW.eta]!;
    information[a * P + a] = observed
      ? -r * d[ROW.etaEta]! - spread * d[ROW.eta]! * d[ROW.eta]!
      : r * d[ROW.etaInfo]!;
    if (!hasDispersion) return;
    const b = a + 1;
    gradient[b] = r * d[ROW.s]!;
    const cross = observed ? -r * d[ROW.etaS]! - spread * d[ROW.eta]! * d[ROW.s]! : 0;
    information[b * P + a] = cross;
    information[b * P + b] = observed
      ? -r * d[ROW.ss]! - spread * d[ROW.s]! * d[ROW.s]!
      : r * d[ROW.sInfo]!;
  }

  function ofGate(k: number, gradient: Vector, information: Vector, observed: boolean): void {
    const r = responsibility[k]!;
    const p = probability[k]!;
    const a = gateFrom + k;
    gradient[a] = r - p;
    for (let l = 0; l < k; l++) {
      const prior = -p * probability[l]!;
      information[a * P + gateFrom + l] = observed ? prior + r * responsibility[l]! : prior;
    }
    information[a * P + a] = observed ? p * (1 - p) - r * (1 - r) : p * (1 - p);
  }

  /** Between predictor a, of component k's expert and with derivative `slope`, and other experts' and the gate's. */
  function between(k: number, a: number, slope: number, information: Vector): void {
    for (let l = 0; l < k; l++) {
      const other = slope * responsibility[l]!;
      const b = l * step;
      information[a * P + b] = other * experts[l]![ROW.eta]!;
      if (hasDispersion) information[a * P + b + 1] = other * experts[l]![ROW.s]!;
    }
    for (let j = 0; j < K - 1; j++) {
      information[(gateFrom + j) * P + a] = slope * (responsibility[j]! - (j === k ? 1 : 0));
    }
  }

  return (gradient: Vector, information: Vector, observed: boolean): void => {
    for (let k = 0; k < K; k++) {
      ofExpert(k, gradient, information, observed);
      if (k < K - 1) ofGate(k, gradient, information, observed);
      if (!observed) continue;
      between(k, k * step, gradient[k * step]!, information);
      if (hasDispersion) between(k, k * step + 1, gradient[k * step + 1]!, information);
    }
  };
}
