import { describe, expect, it } from "vitest";
import type { Move } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";
import {
  CONJUGATE,
  compileCase,
  GATE_SD,
  type GibbsCase,
  INDEPENDENT,
  kernelOf,
  SOFTMAX,
  testByGeweke,
} from "../helpers/gibbs-cases.ts";
import { designRows, tinyResponse, tinyTarget } from "../helpers/tiny-targets.ts";
import { thenSwap } from "./broken-kernels/forgetful-permutation.ts";
import {
  type GateSetting,
  laplaceByHand,
  polyaGammaByHand,
} from "./broken-kernels/gate-by-hand.ts";
import { randomWalkOnLogSd } from "./broken-kernels/missing-jacobian.ts";
import { staleAllocation } from "./broken-kernels/stale-allocation.ts";
import { translationByHand } from "./broken-kernels/wrong-translation.ts";
import { forgottenRow, inflatedSd, updatedAs } from "./broken-kernels/wrong-variance.ts";

const tiny: GibbsCase = { experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 8 };
const independent: GibbsCase = { ...tiny, experts: INDEPENDENT };
const setting: GateSetting = { W: designRows(tiny.rows), sd: GATE_SD };

/** The Gibbs kernel with a piece of its target replaced. */
type Replacement = (target: Target) => Target;

function verdictOn(replace: Replacement, model: GibbsCase, power = 1) {
  const { target } = compileCase(model);
  return testByGeweke(target, kernelOf(replace(target), model), model, power);
}

const SHARE = 0.4;

/** Mistakes that must be found by that share of the draws that pass the right kernel. */
const gross: Readonly<Record<string, Replacement>> = {
  "an expert's sd drawn 3 % too large": (target) => inflatedSd(target, 1.03),
  "a row forgotten when an expert is updated": forgottenRow,
  "a gate updated with the allocations of the sweep before": staleAllocation,
  "a Pólya-Gamma gate without its offset": (target) => polyaGammaByHand(target, setting, false),
  "a Laplace-t gate without the proposal's density": (target) =>
    laplaceByHand(target, setting, "density"),
  "a translation with the variance of a row, not of a mean of rows": (target) =>
    translationByHand(target, GATE_SD ** 2),
};

const controls: Readonly<Record<string, readonly [Replacement, GibbsCase?]>> = {
  "a density of log sd with its Jacobian": [
    (target) => randomWalkOnLogSd(target, true),
    independent,
  ],
  "a Pólya-Gamma gate by hand": [(target) => polyaGammaByHand(target, setting, true)],
  "a Laplace-t gate by hand": [(target) => laplaceByHand(target, setting, "nothing")],
  "a translation by hand": [(target) => translationByHand(target, GATE_SD ** 2 / tiny.components)],
};

describe("Geweke's test at the settings that pass the right kernel", () => {
  it.each(Object.entries(gross))("rejects %s, with fewer draws", (_, replace) => {
    const { rejected, report } = verdictOn(replace, tiny, SHARE);
    expect(rejected, report).toBe(true);
  });

  it("rejects a density of log sd without its Jacobian", () => {
    const replace: Replacement = (target) => randomWalkOnLogSd(target, false);
    const { rejected, report } = verdictOn(replace, independent);
    expect(rejected, report).toBe(true);
  });

  it.each(Object.entries(controls))("keeps %s", (_, [replace, model = tiny]) => {
    const { rejected, report } = verdictOn(replace, model);
    expect(rejected, report).toBe(false);
  });

  it("rejects experts updated with one degree of freedom too many, with fewer draws", () => {
    const y = tinyResponse(tiny.rows);
    const target = tinyTarget(tiny, y);
    const other = tinyTarget(
      { ...tiny, experts: { ...CONJUGATE, shape: CONJUGATE.shape + 0.5 } },
      y,
    );
    const { rejected, report } = testByGeweke(
      target,
      kernelOf(updatedAs(target, other), tiny),
      tiny,
      SHARE,
    );
    expect(rejected, report).toBe(true);
  });

  it.each([
    ["rejects a permutation of labels that forgets the allocations", false],
    ["keeps a permutation of labels that takes the allocations along", true],
  ])("%s", (_, relabel) => {
    const { target, kernel } = compileCase(tiny);
    const move: Move = thenSwap(kernel, relabel);
    const { rejected, report } = testByGeweke(target, move, tiny);
    expect(rejected, report).toBe(!relabel);
  });
});
