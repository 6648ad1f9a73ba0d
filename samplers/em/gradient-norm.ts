import { marginalGradient } from "../../src/core/marginal-gradient.ts";
import type { State, Target } from "../../src/core/target.ts";
import { toUnconstrained, transformsOf } from "../../src/core/transform.ts";
import { matrix, row } from "../../src/math/matrix.ts";
import { scaleIndex } from "./scale-index.ts";

const STEP = 1e-5;

/**
 * The largest absolute derivative of the objective of EM, divided by the number of rows; theta in
 * unconstrained coordinates. An sd at its floor does not count. Priors are densities of theta
 * itself, as in the M step, so the Jacobian that the gradient holds is taken off.
 */
export function gradientNormOf(
  target: Target,
  priorWeight: number,
  sdFloor: number,
): (state: State) => number {
  const gradient = marginalGradient(target, priorWeight);
  const maps = transformsOf(target.expert.layout);
  const sdAt = scaleIndex(target);
  const d = target.expert.dimension;
  const point = new Float64Array(d);
  return (state) => {
    const K = state.theta.rows;
    const theta = matrix(K, d);
    const gamma = matrix(K, target.gate.dimension);
    gradient(state, theta, gamma);
    for (let k = 0; k < K; k++) {
      const of = row(theta, k);
      toUnconstrained(maps, row(state.theta, k), point);
      for (let j = 0; j < d; j++) {
        const { logJacobian } = maps[j]!;
        const slope = (logJacobian(point[j]! + STEP) - logJacobian(point[j]! - STEP)) / (2 * STEP);
        of[j] = of[j]! - priorWeight * slope;
      }
      if (sdAt >= 0 && row(state.theta, k)[sdAt]! <= sdFloor) of[sdAt] = 0;
    }
    let largest = 0;
    for (const g of [...theta.data, ...gamma.data]) largest = Math.max(largest, Math.abs(g));
    return largest / target.n;
  };
}
