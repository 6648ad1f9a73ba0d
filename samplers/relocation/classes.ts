import type { State } from "../../src/core/target.ts";
import { fastExp } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import type { Matrix } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { KNOWN, OTHERS, OWN } from "./launch.ts";
import type { Remainder } from "./rest.ts";

/** Who made each row, the component's own rows, and how many the mixture has made. */
export interface Classes {
  readonly of: Uint8Array;
  readonly own: Int32Array;
  readonly mixed: number;
}

export function classify(n: number, of: Uint8Array): Classes {
  let mixed = 0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (of[i] !== KNOWN) mixed++;
    if (of[i] === OWN) count++;
  }
  const own = new Int32Array(count);
  for (let i = 0, m = 0; i < n; i++) if (of[i] === OWN) own[m++] = i;
  return { of, own, mixed };
}

/** Who made each row, as component k of the state sees it. */
export function classesOf({ z, deviation }: State, k: number): Uint8Array {
  const { fromKnown } = deviation!;
  return Uint8Array.from(z, (own, i) => (fromKnown[i] === 1 ? KNOWN : own === k ? OWN : OTHERS));
}

/** Rewrites who made each row and the components, of others' rows and of those of the known density drawn anew. */
export function redraw(
  rng: Rng,
  { z, theta, deviation }: State,
  k: number,
  { of }: Classes,
  rest: Remainder,
  logProbability: Matrix,
): void {
  const others = rest.joint();
  const after = (j: number): number => (j < k ? j : j + 1);
  for (let i = 0; i < z.length; i++) {
    deviation!.fromKnown[i] = of[i] === KNOWN ? 1 : 0;
    if (of[i] === OWN) z[i] = k;
    else if (of[i] === KNOWN) z[i] = drawn(rng, logProbability, theta.rows, i);
    else z[i] = after(drawn(rng, others, others.rows, i));
  }
}

/** A row of m, of the first K, with probability ∝ the exponential of its entry in column i. */
function drawn(rng: Rng, { data, columns: n }: Matrix, K: number, i: number): number {
  const total = logSumExp(data, i, K, n);
  let threshold = uniform(rng);
  for (let k = 0; k < K - 1; k++) {
    threshold -= fastExp(data[k * n + i]! - total);
    if (threshold <= 0) return k;
  }
  return K - 1;
}
