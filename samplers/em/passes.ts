import type { ExpertPass, GatePass } from "../../src/core/row-pass.ts";
import type { Target } from "../../src/core/target.ts";
import { createLanes, type Lanes } from "../../src/math/lanes/lanes.ts";
import { STRIDE } from "../../src/math/lanes/rows.ts";

/** From so many rows on, making routines of WebAssembly takes less time than they save. */
const MANY = 1000;
/** More products and exponentials a row are not written out one by one. */
const LONGEST_BODY = 600;
/** What an exponential takes, in products. */
const EXPONENTIAL = 12;
/** Vectors beside those of the components, generously; and numbers beside all vectors. */
const OTHERS = 24;
const SPARE = 1024;

/** Experts and gate in one pass over the rows, and where they work: undefined where in plain loops. */
export interface Passes {
  readonly expert: ExpertPass;
  readonly gate: GatePass;
  readonly lanes: Lanes | undefined;
}

/** Those of a target with K components; undefined where experts or gate have none. */
export function passesOf(target: Target, K: number): Passes | undefined {
  if (target.expert.pass === undefined || target.gate.pass === undefined) return undefined;
  const lanes = lanesOf(target, K);
  return { expert: target.expert.pass(K, lanes), gate: target.gate.pass(K, lanes), lanes };
}

function lanesOf({ n, expert, gate }: Target, K: number): Lanes | undefined {
  const [d, q] = [expert.dimension, gate.dimension];
  if (n < MANY || K * (d + q + 2 * EXPONENTIAL) > LONGEST_BODY) return undefined;
  const vectors = 8 * K + d + q + OTHERS;
  const sums = (d + 2) ** 2 + (q + 2) ** 2;
  return createLanes((STRIDE / 8) * vectors + K * (d + q + 2) + sums + SPARE);
}
