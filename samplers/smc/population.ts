import type { State, Target } from "../../src/core/target.ts";
import { matrix } from "../../src/math/matrix.ts";

/**
 * As many states with K components as there are particles, in two blocks of memory: particles × K(d + q). Their z is one
 * and the same vector: it is drawn anew wherever it is used.
 */
export type Population = readonly State[];

export function population(
  target: Target,
  K: number,
  particles: number,
  z: Int32Array,
): Population {
  const { dimension: d } = target.expert;
  const { dimension: q } = target.gate;
  const theta = new Float64Array(particles * K * d);
  const gamma = new Float64Array(particles * K * q);
  return Array.from({ length: particles }, (_, i) => ({
    theta: matrix(K, d, theta.subarray(i * K * d, (i + 1) * K * d)),
    gamma: matrix(K, q, gamma.subarray(i * K * q, (i + 1) * K * q)),
    z,
  }));
}

/** Makes one particle's parameters those of another. */
export function copyParameters(from: State, to: State): void {
  to.theta.data.set(from.theta.data);
  to.gamma.data.set(from.gamma.data);
}
