import type { GateFamily } from "../../src/core/gate.ts";
import { lookUp } from "../../src/core/registry.ts";
import { constant } from "./constant.ts";
import { softmax } from "./softmax.ts";

/** Every gate, by kind. Registering one subjects it to the contract tests. */
export const gates: Readonly<Record<string, GateFamily>> = { softmax, constant };

/** The gate called `kind`; throws a ModelError that lists the known ones. */
export function gateFamily(kind: string): GateFamily {
  return lookUp(gates, kind, "gate");
}
