import { describe, expect, it } from "vitest";
import { compileCount } from "../../models/counts/index.ts";
import { birthDeath } from "../../samplers/moves/birth-death.ts";
import { collapsedSplitMerge } from "../../samplers/moves/collapsed-split-merge.ts";
import { updateGateGivenLevels } from "../../samplers/moves/gate-given-levels.ts";
import { marginalMoves } from "../../samplers/moves/marginal.ts";
import { permuteLabels } from "../../samplers/moves/permute-labels.ts";
import { thinEmpties } from "../../samplers/moves/thin-empties.ts";
import { updateExperts } from "../../samplers/moves/update-experts.ts";
import { updateGate } from "../../samplers/moves/update-gate.ts";
import { sweep } from "../../samplers/sweep.ts";
import type { Target } from "../../src/core/target.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { emptyBirthDeath } from "../helpers/empty-birth-death.ts";
import { HEAVY_TAILED, type Setting } from "../helpers/random-count.ts";
import {
  births,
  eager,
  inSweep,
  often,
  type Recipe,
  splitsOf,
  testKept,
  withGate,
} from "../helpers/random-count-kernels.ts";
import { collapsedByHand } from "../statistical/broken-kernels/collapsed-by-hand.ts";
import {
  elsewhere,
  launchedFromDivision,
  launchedFromExperts,
  proposedFrom,
} from "../statistical/broken-kernels/irreversible.ts";
import {
  keepingAllocations,
  withKeptLevels,
  withStaleRatio,
} from "../statistical/broken-kernels/stale.ts";
import {
  neverInVain,
  withCountFactor,
  withTailOnLast,
} from "../statistical/broken-kernels/wrong-count.ts";

/** A prior before it is cut off. */
const UNCUT = compileCount({ ...HEAVY_TAILED.declaration, max: 1000 });

/** A Jacobian taken out of the density that split-merge sees. */
const withoutJacobian = ({ expert, ...rest }: Target): Target => ({
  ...rest,
  expert: {
    ...expert,
    logPrior: (theta) => expert.logPrior(theta) - Math.log(theta[expert.dimension - 1]!),
  },
});

const splits = (target: Target) => marginalMoves(target, [{ make: splitsOf, times: 2 }]);

/** The sweep of reversible jump, in which nothing redraws the allocations after a marginal move but the move itself. */
const marginalLast =
  (change: Recipe): Recipe =>
  (target) =>
    sweep("sweep", [
      permuteLabels(target),
      updateExperts(target),
      updateGate(target, "default"),
      change(target),
    ]);

/** What is wrong, and which tests find it. */
interface Mistake {
  readonly recipe: Recipe;
  readonly caughtBy: readonly Setting[];
  readonly missedBy?: readonly Setting[];
  /** How many times the draws of the right kernels' tests it takes; 1 if absent. */
  readonly power?: number;
}

const mistakes: Readonly<Record<string, Mistake>> = {
  "an empty birth that counts no places and no victims": {
    recipe: inSweep((target) => emptyBirthDeath(target, () => 0)),
    caughtBy: ["flat likelihood", "Geweke"],
    missedBy: ["no data"],
  },
  "a birth that counts places on one side only": {
    recipe: inSweep((target) => births(withCountFactor(target, (K) => -Math.log(K)))),
    caughtBy: ["no data"],
  },
  "a prior on K that is cut off, not renormalised": {
    recipe: inSweep((target) => births(withTailOnLast(target, UNCUT))),
    caughtBy: ["no data"],
    power: 2,
  },
  "births instead of impossible deaths": {
    recipe: inSweep((target) =>
      marginalMoves(target, [{ make: neverInVain(birthDeath), times: 2 }]),
    ),
    caughtBy: ["flat likelihood"],
  },
  "likelihoods not refreshed after a birth": {
    recipe: inSweep((target) =>
      marginalMoves(target, [{ make: withStaleRatio(birthDeath), times: 4 }]),
    ),
    caughtBy: ["Geweke"],
    missedBy: ["no data"],
  },
  "allocations not redrawn after births": {
    recipe: marginalLast((target) => keepingAllocations(births(target))),
    caughtBy: ["flat likelihood", "Geweke"],
    missedBy: ["no data"],
  },
  "a split without the Jacobian of the log of a scale": {
    recipe: inSweep((target) => splits(withoutJacobian(target))),
    caughtBy: ["no data"],
  },
  "thinning without the factorial": {
    recipe: inSweep((target) => thinEmpties(withCountFactor(target, (K) => -logGamma(K + 1)))),
    caughtBy: ["no data", "flat likelihood"],
  },
  "levels kept while the rest changes": {
    recipe: inSweep((target) => thinEmpties(withKeptLevels(target))),
    caughtBy: ["flat likelihood"],
    missedBy: ["no data"],
    power: 2,
  },
  "a collapsed split without the places of the new component": {
    recipe: inSweep(
      eager((target) => collapsedSplitMerge(withCountFactor(target, (K) => -logGamma(K + 1)))),
    ),
    caughtBy: ["flat likelihood"],
  },
  "a collapsed split without the probability of the division": {
    recipe: inSweep((target) => collapsedByHand(target, "the division")),
    caughtBy: ["flat likelihood"],
  },
  "a launch that knows the current division": {
    recipe: inSweep(often((target) => launchedFromDivision(collapsedSplitMerge, target))),
    caughtBy: ["flat likelihood"],
  },
  "a launch that starts from the current experts": {
    recipe: inSweep(often((target) => launchedFromExperts(collapsedSplitMerge, target))),
    caughtBy: ["Geweke"],
    missedBy: ["flat likelihood"],
  },
};

const verdicts = Object.entries(mistakes).flatMap(([name, mistake]) => {
  const { recipe, caughtBy, missedBy = [], power = 1 } = mistake;
  const verdict = (rejects: boolean) => (setting: Setting) =>
    [setting, rejects ? "rejects" : "keeps", name, recipe, power] as const;
  return [...caughtBy.map(verdict(true)), ...missedBy.map(verdict(false))];
});

describe("what each test can see of a mistake", () => {
  it.each(verdicts)("%s %s %s", (setting, outcome, _, recipe, power) => {
    const { rejected, report } = testKept(setting, recipe, power);
    expect(rejected, report).toBe(outcome === "rejects");
  });
});

const controls: Readonly<Record<string, Recipe>> = {
  "a collapsed split by hand": inSweep((target) => collapsedByHand(target, "nothing")),
  "gate rows proposed from other levels, in a collapsed split": inSweep(
    often((target) => proposedFrom(collapsedSplitMerge, target, elsewhere)),
  ),
  "gate rows proposed from other levels, given levels": withGate((target) =>
    proposedFrom(updateGateGivenLevels, target, elsewhere),
  ),
};

describe("the same without the mistake", () => {
  it.each(Object.entries(controls))("%s", (_, recipe) => {
    const { rejected, report } = testKept("flat likelihood", recipe, 2);
    expect(rejected, report).toBe(false);
  });
});
