import { integerBelow, type Rng } from "../src/math/rng.ts";

/** Multiples of a move's own scales from which warm-up chooses. */
const SCALES = [0.25, 0.5, 1, 2] as const;

/** How many numbers a choice remembers: tries and acceptances of each scale. */
export const CHOICE_LENGTH = 2 * SCALES.length;

/** A scale that is tried at random in warm-up and, after it, the one that was accepted most often. */
export interface ScaleChoice {
  /** An index; what it depends on after warm-up no longer changes. */
  pick(rng: Rng, warmup: boolean): number;
  /** The scales, by index. */
  readonly all: readonly number[];
  /** To be told in warm-up only. */
  learn(index: number, accepted: boolean): void;
}

/** A choice that remembers in `memory` (length CHOICE_LENGTH): tries, then acceptances. */
export function scaleChoice(memory: Float64Array): ScaleChoice {
  const count = SCALES.length;
  const rate = (index: number): number =>
    (memory[count + index]! + (SCALES[index] === 1 ? 1 : 0.5)) / (memory[index]! + 20);
  const best = (): number => {
    let found = SCALES.indexOf(1);
    for (let index = 0; index < count; index++) if (rate(index) > rate(found)) found = index;
    return found;
  };
  return {
    pick: (rng, warmup) => (warmup ? integerBelow(rng, count) : best()),
    all: SCALES,
    learn(index, accepted) {
      memory[index] = memory[index]! + 1;
      if (accepted) memory[count + index] = memory[count + index]! + 1;
    },
  };
}
