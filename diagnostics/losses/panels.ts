import type { Vector } from "../../src/math/matrix.ts";
import type { ConditionalDensity } from "./conditional-density.ts";

/** Half-width of what is integrated over, in spreads of an expert: √ of a normal density is e^−36 there. */
const REACH = 12;
const PANELS_A_SIDE = 10;
const DOUBLINGS = 50;
/** Ends of panels that are closer than this share of the narrower one's width are one. */
const CLOSE = 0.3;

/**
 * Ends of panels, ascending, on each of which mixtures are smooth: around every expert panels a
 * little wider than its spread, beginning at its centre; for heavy tails also panels that double.
 */
export function panels(densities: readonly ConditionalDensity[], x: Vector): number[] {
  const found: { end: number; width: number }[] = [];
  for (const { experts } of densities) {
    for (const expert of experts) {
      const width = (REACH * expert.spread(x)) / PANELS_A_SIDE;
      const centre = expert.centre(x);
      for (let side = -PANELS_A_SIDE; side <= PANELS_A_SIDE; side++) {
        found.push({ end: centre + side * width, width });
      }
    }
  }
  found.sort((a, b) => a.end - b.end);
  const ends = [found[0]!.end];
  let before = found[0]!;
  for (const next of found) {
    if (next.end - before.end <= CLOSE * Math.min(next.width, before.width)) continue;
    ends.push(next.end);
    before = next;
  }
  return densities.some(({ heavyTails }) => heavyTails) ? withTails(ends) : ends;
}

function withTails(ends: readonly number[]): number[] {
  const [first, last] = [ends[0]!, ends[ends.length - 1]!];
  const span = last - first;
  const steps = Array.from({ length: DOUBLINGS }, (_, k) => span * (2 ** (k + 1) - 1));
  return [...steps.map((step) => first - step).reverse(), ...ends, ...steps.map((s) => last + s)];
}
