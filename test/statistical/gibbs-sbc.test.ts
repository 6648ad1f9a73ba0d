import { describe, expect, it } from "vitest";
import type { Target } from "../../src/core/target.ts";
import {
  compileCase,
  GATE_SD,
  type GibbsCase,
  gibbsCases,
  kernelOf,
  testBySbc,
} from "../helpers/gibbs-cases.ts";
import { designRows } from "../helpers/tiny-targets.ts";
import { polyaGammaByHand } from "./broken-kernels/gate-by-hand.ts";
import { staleAllocation } from "./broken-kernels/stale-allocation.ts";

const calibrated: Readonly<Record<string, GibbsCase | undefined>> = Object.fromEntries(
  [
    "conjugate experts, Laplace-t gate",
    "conjugate experts, Pólya-Gamma gate",
    "independent priors, last expert as baseline, Laplace-t gate",
    "sliced experts with an offset",
    "constant gate with an offset",
  ].map((name) => [name, gibbsCases[name]]),
);

const tiny = gibbsCases["conjugate experts, Laplace-t gate"]!;

const mistakes: Readonly<Record<string, (target: Target) => Target>> = {
  "a Pólya-Gamma gate without its offset": (target) =>
    polyaGammaByHand(target, { W: designRows(tiny.rows), sd: GATE_SD }, false),
  "a gate updated with the allocations of the sweep before": staleAllocation,
};

describe("simulation-based calibration", () => {
  it.each(Object.entries(calibrated))("finds the Gibbs kernel calibrated with %s", (_, model) => {
    const { target, kernel } = compileCase(model!);
    const { rejected, report } = testBySbc(target, kernel);
    expect(rejected, report).toBe(false);
  });

  it.each(Object.entries(mistakes))("rejects %s", (_, replace) => {
    const { target } = compileCase(tiny);
    const { rejected, report } = testBySbc(
      target,
      kernelOf(replace(target), { ...tiny, gateUpdate: "default" }),
    );
    expect(rejected, report).toBe(true);
  });
});
