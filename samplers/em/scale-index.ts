import type { Block } from "../../src/core/expert.ts";
import type { Target } from "../../src/core/target.ts";

/** Where in theta the sd stands; −1 where there is none. */
export function scaleIndex({ expert }: Target): number {
  return scaleIndexOf(expert.layout);
}

export function scaleIndexOf(layout: readonly Block[]): number {
  let from = 0;
  for (const { size, moment } of layout) {
    if (moment === "sd") return from;
    from += size;
  }
  return -1;
}
