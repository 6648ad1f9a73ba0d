import { mfm } from "../../samplers/mfm.ts";
import { allocate } from "../../samplers/moves/allocate.ts";
import { birthDeath } from "../../samplers/moves/birth-death.ts";
import { collapsedSplitMerge } from "../../samplers/moves/collapsed-split-merge.ts";
import { marginalMoves } from "../../samplers/moves/marginal.ts";
import { permuteLabels } from "../../samplers/moves/permute-labels.ts";
import { splitMerge } from "../../samplers/moves/split-merge.ts";
import { thinEmpties } from "../../samplers/moves/thin-empties.ts";
import { translateGate } from "../../samplers/moves/translate-gate.ts";
import { updateExperts } from "../../samplers/moves/update-experts.ts";
import { updateGate } from "../../samplers/moves/update-gate.ts";
import { composite, reversibleJump } from "../../samplers/reversible-jump.ts";
import { CHOICE_LENGTH, scaleChoice } from "../../samplers/scale-choice.ts";
import { sweep } from "../../samplers/sweep.ts";
import type { Move } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";
import { type Decision, decide } from "./decision.ts";
import { emptyBirthDeath } from "./empty-birth-death.ts";
import { geweke } from "./geweke.ts";
import { CONJUGATE, SOFTMAX } from "./gibbs-cases.ts";
import { randomCountCase, type Setting, UNIFORM } from "./random-count.ts";
import { labelInvariant } from "./row-quantities.ts";
import { sbc } from "./sbc.ts";
import { tinyTarget } from "./tiny-targets.ts";

/** Makes a kernel for a target. */
export type Recipe = (target: Target) => Move;

/** The moves of a Gibbs sweep around one that changes the number of components: alone, that one need not be ergodic. */
export function inSweep(change: Recipe): Recipe {
  return (target) =>
    sweep("sweep", [
      ...translateGate(target),
      permuteLabels(target),
      updateExperts(target),
      updateGate(target, "default"),
      change(target),
      allocate(target),
    ]);
}

/** A move that always tries as often as it does in warm-up. */
export function eager(make: Recipe): Recipe {
  return (target) => {
    const move = make(target);
    return { ...move, step: (rng, state) => move.step(rng, state, true) };
  };
}

/** Several tries a step, all eager. */
export function often(change: Recipe): Recipe {
  return (target) => {
    const move = eager(change)(target);
    return sweep("often", [move, move, move]);
  };
}

/** The sweep of mfm with another update of the gate, and nothing besides that would mend it. */
export function withGate(update: Recipe): Recipe {
  return (target) =>
    sweep("sweep", [
      permuteLabels(target),
      updateExperts(target),
      update(target),
      thinEmpties(target),
      allocate(target),
    ]);
}

/** Splits and merges with the scales that they start warm-up with. */
export const splitsOf: Parameters<typeof marginalMoves>[1][number]["make"] = (target, ratio) =>
  splitMerge(target, ratio, scaleChoice(new Float64Array(CHOICE_LENGTH)));

export const births: Recipe = (target) => marginalMoves(target, [{ make: birthDeath, times: 2 }]);

/** Each move that changes the number of components. */
export const changes: Readonly<Record<string, Recipe>> = {
  "birth-death": births,
  "split-merge": (target) => marginalMoves(target, [{ make: splitsOf, times: 2 }]),
  "collapsed split-merge": eager(collapsedSplitMerge),
  "thinned empties": thinEmpties,
  "birth and death of empties": emptyBirthDeath,
};

/** Every sampler for a random number of components. */
export const samplersOfCount: Readonly<Record<string, Recipe>> = {
  auto: (target) => composite().compile(target),
  "reversible-jump": (target) => reversibleJump().compile(target),
  mfm: (target) => mfm().compile(target),
};

/** Sizes of the suite that runs with the ordinary tests. */
const CHAINS = 24;
const SWEEPS = 300;
const PRIOR_DRAWS = 5000;

/** Whether a kernel keeps what the setting says; `power` multiplies the draws. */
export function testKept(setting: Setting, recipe: Recipe, power = 1): Decision {
  const { target, observables } = randomCountCase(setting);
  const kernel = recipe(target);
  return decide((seed, effort) =>
    geweke(target, kernel, {
      chains: CHAINS,
      sweeps: SWEEPS * effort * power,
      observables,
      seed,
      priorDraws: PRIOR_DRAWS * effort * power,
    }),
  );
}

const REPLICATES = 100;
const ROWS = 20;

/** Simulation-based calibration on quantities that do not depend on labels, K among them; ties are broken at random. */
export function testCalibrated(recipe: Recipe, power = 1): Decision {
  const model = { experts: CONJUGATE, gate: SOFTMAX, components: UNIFORM, rows: ROWS };
  const target = tinyTarget(model);
  const kernel = recipe(target);
  const observables = labelInvariant(target);
  return decide((seed, effort) =>
    sbc(target, kernel, {
      replicates: REPLICATES * effort * power,
      draws: 15,
      bins: 16,
      warmup: 100,
      observables,
      seed,
    }),
  );
}
