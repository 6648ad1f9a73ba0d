import type { Design } from "../src/core/data.ts";
import type { Target } from "../src/core/target.ts";
import { INTERCEPT } from "../src/data/design.ts";
import { matrix } from "../src/math/matrix.ts";
import { compilePrepared } from "./compile.ts";
import { type Prepared, resolve } from "./prepare.ts";

/** What may be other in a related model. */
export interface Related {
  readonly components?: number;
  readonly constantGate?: boolean;
}

/** The target of the same rows under a related model, the parameters of its experts on the same scale. */
export function relatedTarget(prepared: Prepared, { components, constantGate }: Related): Target {
  const { model, seen } = prepared;
  const counted = components === undefined ? model : { ...model, components };
  if (constantGate !== true) return compilePrepared({ ...prepared, model: counted }).target;
  const { n } = seen.observations;
  const ungated = resolve({ ...counted, gate: { kind: "constant" } }, seen.observations);
  return compilePrepared({ ...prepared, model: ungated, seen: { ...seen, gate: ones(n) } }).target;
}

const ones = (n: number): Design => ({
  terms: [INTERCEPT],
  X: matrix(n, 1, new Float64Array(n).fill(1)),
});
