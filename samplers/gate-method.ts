import type { Target } from "../src/core/target.ts";

const GIVEN_LEVELS =
  "Metropolis given latent exponential levels, with which rows are independent, one row at a time";

/** How the gate is updated by a sampler, in words; gateUpdate: the update asked for, if any was. */
export function gateMethod(
  { gate: { updates } }: Target,
  sampler: string,
  gateUpdate: string | number = "default",
): string {
  if (sampler === "mfm") return GIVEN_LEVELS;
  return (updates.find(({ name }) => name === gateUpdate) ?? updates[0]!).method;
}
