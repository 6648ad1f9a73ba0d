import type { State, Target } from "../../src/core/target.ts";
import { matrix } from "../../src/math/matrix.ts";

/**
 * As many states with K components as there are particles, in a few blocks of memory: particles × K(d + q). Their z is one
 * and the same vector, and so is what says which density made each row: these are drawn anew wherever they are used.
 */
export type Population = readonly State[];

/** What all particles share, a number a row. */
export interface Rows {
  readonly z: Int32Array;
  readonly fromKnown: Uint8Array;
}

export function population(
  target: Target,
  K: number,
  particles: number,
  { z, fromKnown }: Rows,
): Population {
  const { dimension: d } = target.expert;
  const { dimension: q } = target.gate;
  const theta = new Float64Array(particles * K * d);
  const gamma = new Float64Array(particles * K * q);
  const lambda = new Float64Array(particles);
  const isDeviated = target.deviation !== undefined;
  return Array.from({ length: particles }, (_, i) => ({
    theta: matrix(K, d, theta.subarray(i * K * d, (i + 1) * K * d)),
    gamma: matrix(K, q, gamma.subarray(i * K * q, (i + 1) * K * q)),
    z,
    ...(isDeviated ? { deviation: { lambda: lambda.subarray(i, i + 1), fromKnown } } : {}),
  }));
}

/** Makes one particle's parameters those of another. */
export function copyParameters(from: State, to: State): void {
  to.theta.data.set(from.theta.data);
  to.gamma.data.set(from.gamma.data);
  to.deviation?.lambda.set(from.deviation!.lambda);
}
