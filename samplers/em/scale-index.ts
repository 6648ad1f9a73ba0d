import type { Target } from "../../src/core/target.ts";

/** Where in theta the sd stands; −1 where there is none. */
export function scaleIndex({ expert }: Target): number {
  let from = 0;
  for (const { size, moment } of expert.layout) {
    if (moment === "sd") return from;
    from += size;
  }
  return -1;
}
