import { describe, expect, it } from "vitest";
import {
  compileCase,
  type GibbsCase,
  gibbsCases,
  kernelOf,
  testBySbc,
} from "../helpers/gibbs-cases.ts";
import { staleAllocation } from "./broken-kernels/stale-allocation.ts";

/** The slow suite has every case. */
const calibrated: Readonly<Record<string, GibbsCase | undefined>> = Object.fromEntries(
  [
    "conjugate experts, Laplace-t gate",
    "conjugate experts, Pólya-Gamma gate",
    "constant gate with an offset",
  ].map((name) => [name, gibbsCases[name]]),
);

const tiny = gibbsCases["conjugate experts, Laplace-t gate"]!;

describe("simulation-based calibration", () => {
  it.each(Object.entries(calibrated))("finds the Gibbs kernel calibrated with %s", (_, model) => {
    const { target, kernel } = compileCase(model!);
    const { rejected, report } = testBySbc(target, kernel);
    expect(rejected, report).toBe(false);
  });

  it("rejects a gate updated with the allocations of the sweep before", () => {
    const { target } = compileCase(tiny);
    const broken = kernelOf(staleAllocation(target), { ...tiny, gateUpdate: "default" });
    // With fewer draws than pass the right kernel.
    const { rejected, report } = testBySbc(target, broken, 0.4);
    expect(rejected, report).toBe(true);
  });
});
