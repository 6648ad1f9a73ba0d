import { countPriorOf } from "../src/core/count.ts";
import type { Move, Sampler } from "../src/core/kernel.ts";
import type { Target } from "../src/core/target.ts";
import { initializeCount, type RandomCountOptions, startOf } from "./initialize-count.ts";
import { memoriesByCount, memoryLengthByCount } from "./marginal/by-count.ts";
import { notesByCount } from "./marginal/notes-by-count.ts";
import { aroundReferences } from "./moves/around-references.ts";
import { birthDeath } from "./moves/birth-death.ts";
import { collapsedSplitMerge } from "./moves/collapsed-split-merge.ts";
import { marginalMoves, type Repeated } from "./moves/marginal.ts";
import { permuteLabels } from "./moves/permute-labels.ts";
import { splitMerge } from "./moves/split-merge.ts";
import { thinEmpties } from "./moves/thin-empties.ts";
import { translateGate } from "./moves/translate-gate.ts";
import { updateExperts } from "./moves/update-experts.ts";
import { updateGate } from "./moves/update-gate.ts";
import { CHOICE_LENGTH, scaleChoice } from "./scale-choice.ts";
import { byChance, sweep } from "./sweep.ts";

/** Rounds of births and deaths in a sweep, experts and allocations updated between them, and how many in each. */
const ROUNDS = 5;
const BIRTHS = 5;
/** How often empties are drawn anew: births and deaths move them too. */
const EMPTIES = 1 / 4;
/** Splits or merges in the first round of a sweep. */
const SPLITS = 2;

const REFERENCE = "[green1995]";

/**
 * Reversible jump for a random number of experts: the sweep of Gibbs sampling with births and deaths and splits and
 * merges, allocations summed out, and collapsed splits and merges that find the modes; where the posterior given K has a
 * normal approximation that serves, moves of all parameters around it in place of most updates. Source: [green1995].
 */
export function reversibleJump(options: RandomCountOptions = {}): Sampler {
  return randomCount("reversible-jump", options, () => []);
}

/**
 * Reversible jump with, besides, all empty components drawn anew given levels: the default for a random number of
 * experts. Source: [green1995], [argiento2022].
 */
export function composite(options: RandomCountOptions = {}): Sampler {
  return randomCount("auto", options, (target) =>
    target.gate.givenLevels === undefined
      ? []
      : [byChance(thinEmpties(target), EMPTIES, "on average in every fourth sweep")],
  );
}

function randomCount(
  name: string,
  options: RandomCountOptions,
  more: (target: Target) => readonly Move[],
): Sampler {
  const start = startOf(name, options);
  return {
    name,
    reference: REFERENCE,
    options: { ...options },
    compile(target) {
      countPriorOf(target, name);
      const learned = new Float64Array(CHOICE_LENGTH + memoryLengthByCount(target));
      const choice = learned.subarray(0, CHOICE_LENGTH);
      const memories = memoriesByCount(target, learned.subarray(CHOICE_LENGTH));
      const around = aroundReferences(target, memories);
      const parameters = [
        updateExperts(target),
        updateGate(target, options.gateUpdate ?? "default"),
      ];
      const moves = [
        ...translateGate(target),
        permuteLabels(target),
        ...(memories.size === 0 ? parameters : [around.sparing(parameters)]),
        ...collapsed(target),
        ...more(target),
        ...(memories.size === 0 ? [] : [around.visits]),
        marginalMoves(target, marginal(target, choice), ROUNDS),
      ];
      return {
        ...sweep(name, moves),
        moves: moves.flatMap((move) => move.parts ?? [move.name]),
        learned,
        notes: () => notesByCount(target, memories),
        init(rng) {
          learned.fill(0);
          return initializeCount(rng, target, start);
        },
      };
    },
  };
}

/** The mode finder, where experts and gate have what it needs and every row tells of an expert. */
function collapsed(target: Target): Move[] {
  const can =
    target.deviation === undefined &&
    target.expert.approximate !== undefined &&
    target.gate.givenLevels !== undefined;
  return can ? [collapsedSplitMerge(target)] : [];
}

function marginal(target: Target, learned: Float64Array): readonly Repeated[] {
  const births: Repeated = { make: birthDeath, times: BIRTHS };
  if (target.gate.terms[0] !== "(Intercept)") return [births];
  const scales = scaleChoice(learned);
  const splits: Repeated = {
    make: (of, ratio) => splitMerge(of, ratio, scales),
    times: SPLITS,
    once: true,
  };
  return [births, splits];
}
