import { describe, expect, it } from "vitest";
import { collapsedSplitMerge } from "../../samplers/moves/collapsed-split-merge.ts";
import { updateGateGivenLevels } from "../../samplers/moves/gate-given-levels.ts";
import { marginalMoves } from "../../samplers/moves/marginal.ts";
import type { Matrix } from "../../src/math/matrix.ts";
import { countPriorNames, testByReference } from "../helpers/count-posteriors.ts";
import {
  changes,
  inSweep,
  often,
  type Recipe,
  samplersOfCount,
  testCalibrated,
  testKept,
  withGate,
} from "../helpers/random-count-kernels.ts";
import { dataBirthDeath } from "../statistical/broken-kernels/data-birth.ts";
import {
  byCurrentGate,
  elsewhere,
  proposedFrom,
} from "../statistical/broken-kernels/irreversible.ts";

/** How many times the draws of the ordinary suite; it is set by the mistakes below, which it must find. */
const GEWEKE = 16;
const CALIBRATION = 2;
const REFERENCE = 2;

const samplers = Object.keys(samplersOfCount);
const kernels: [string, Recipe][] = [
  ...Object.entries(samplersOfCount),
  ...Object.entries(changes).map(([name, change]): [string, Recipe] => [name, inSweep(change)]),
];

const fromData = (reverse: Parameters<typeof dataBirthDeath>[0]): Recipe =>
  inSweep((target) => marginalMoves(target, [{ make: dataBirthDeath(reverse), times: 4 }]));

describe("a random number of experts, at high power", () => {
  it.each(kernels)("keeps the joint prior of K, parameters and data by %s", (_, recipe) => {
    const { rejected, report } = testKept("Geweke", recipe, GEWEKE);
    expect(rejected, report).toBe(false);
  });

  it.each(Object.entries(samplersOfCount))("is calibrated by %s", (_, recipe) => {
    const { rejected, report } = testCalibrated(recipe, CALIBRATION);
    expect(rejected, report).toBe(false);
  });

  it.each(samplers.flatMap((sampler) => countPriorNames.map((prior) => [sampler, prior] as const)))(
    "has the reference's p(K | y) by %s under %s",
    (sampler, prior) => {
      for (const data of ["tiny", "k1", "k2"] as const) {
        const { rejected, report } = testByReference(sampler, data, prior, REFERENCE);
        expect(rejected, `${data}\n${report}`).toBe(false);
      }
    },
  );
});

describe("mistakes that the ordinary suite is too small to be sure of", () => {
  it("rejects births from data whose way back is evaluated with the victim", () => {
    const { rejected, report } = testKept("Geweke", fromData("with the victim"), GEWEKE / 4);
    expect(rejected, report).toBe(true);
  });

  it("keeps births from data whose way back is evaluated without it", () => {
    const { rejected, report } = testKept("Geweke", fromData("without the victim"), GEWEKE);
    expect(rejected, report).toBe(false);
  });

  const split =
    (shift: (gamma: Matrix) => number): Recipe =>
    (target) =>
      proposedFrom(collapsedSplitMerge, target, shift);
  const gate =
    (shift: (gamma: Matrix) => number): Recipe =>
    (target) =>
      proposedFrom(updateGateGivenLevels, target, shift);

  it.each([
    ["a collapsed split", inSweep(often(split(byCurrentGate(2)))), GEWEKE / 4],
    ["the update given levels", withGate(gate(byCurrentGate(0.7))), GEWEKE / 2],
  ])("rejects gate rows proposed from near the current ones in %s", (_, recipe, power) => {
    const { rejected, report } = testKept("flat likelihood", recipe, power);
    expect(rejected, report).toBe(true);
  });

  it.each([
    ["a collapsed split", inSweep(often(split(elsewhere))), GEWEKE / 4],
    ["the update given levels", withGate(gate(elsewhere)), GEWEKE / 2],
  ])("keeps gate rows proposed from other levels in %s", (_, recipe, power) => {
    const { rejected, report } = testKept("flat likelihood", recipe, power);
    expect(rejected, report).toBe(false);
  });
});
