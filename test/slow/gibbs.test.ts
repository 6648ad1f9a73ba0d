import { describe, expect, it } from "vitest";
import { updateGate } from "../../samplers/moves/update-gate.ts";
import { decide } from "../helpers/decision.ts";
import { geweke } from "../helpers/geweke.ts";
import {
  CONJUGATE,
  compileCase,
  GATE_SD,
  gibbsCases,
  SOFTMAX,
  testByGeweke,
  testBySbc,
} from "../helpers/gibbs-cases.ts";
import { mixtureCases, testByEnumeration } from "../helpers/mixture-answers.ts";
import { exactNormalGate, gateParameters, withExact } from "../helpers/observables.ts";
import { tinyTarget } from "../helpers/tiny-targets.ts";

/** How many times the draws of the ordinary suite; GEWEKE also sets what mistakes the controls must find. */
const GEWEKE = 15;
const SBC = 5;
const ENUMERATION = 15;

describe("the Gibbs kernel, at high power", () => {
  it.each(Object.entries(gibbsCases))("keeps the joint prior with %s", (_, tiny) => {
    const { target, kernel } = compileCase(tiny);
    const { rejected, report } = testByGeweke(target, kernel, tiny, GEWEKE);
    expect(rejected, report).toBe(false);
  });

  it.each(Object.entries(gibbsCases))("is calibrated with %s", (_, tiny) => {
    const { target, kernel } = compileCase(tiny);
    const { rejected, report } = testBySbc(target, kernel, SBC);
    expect(rejected, report).toBe(false);
  });

  it.each(Object.entries(mixtureCases))("has the enumerated posterior with %s", (_, mixture) => {
    const { rejected, report } = testByEnumeration(mixture, ENUMERATION);
    expect(rejected, report).toBe(false);
  });
});

describe("a gate's update on many rows keeps its prior", () => {
  // From 800 rows on the Laplace-t update looks for its mode on a subset of them first.
  it.each(["laplace", "polya-gamma"])("%s", (name) => {
    const model = { experts: CONJUGATE, gate: SOFTMAX, components: 3, rows: 1000 };
    const target = tinyTarget(model);
    const observables = withExact(gateParameters(target), exactNormalGate(target, GATE_SD));
    const { rejected, report } = decide((seed, effort) =>
      geweke(target, updateGate(target, name), {
        chains: 300 * effort,
        sweeps: 60,
        priorDraws: 2000,
        observables,
        seed,
      }),
    );
    expect(rejected, report).toBe(false);
  });
});
