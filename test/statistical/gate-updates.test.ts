import { describe, expect, it } from "vitest";
import { updateGate } from "../../samplers/moves/update-gate.ts";
import { decide } from "../helpers/decision.ts";
import { geweke } from "../helpers/geweke.ts";
import { CONJUGATE, GATE_SD, SLICED_SOFTMAX, SOFTMAX } from "../helpers/gibbs-cases.ts";
import { exactNormalGate, gateParameters, withExact } from "../helpers/observables.ts";
import { type TinyModel, tinyTarget } from "../helpers/tiny-targets.ts";

const tiny: TinyModel = { experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 8 };
const three: TinyModel = { ...tiny, gate: { ...SOFTMAX, baseline: "last" }, components: 3 };
const sliced: TinyModel = { ...tiny, gate: SLICED_SOFTMAX };

const cases: Readonly<Record<string, readonly [TinyModel, string]>> = {
  "two rows, Laplace-t": [tiny, "laplace"],
  "two rows, Pólya-Gamma": [tiny, "polya-gamma"],
  "three rows and a baseline, Laplace-t": [three, "laplace"],
  "three rows and a baseline, Pólya-Gamma": [three, "polya-gamma"],
  "two rows, slices": [sliced, "slice"],
};

/** Many short chains: where allocations are certain a chain hardly moves, but each starts in equilibrium. */
const SETTINGS = { chains: 400, sweeps: 100, priorDraws: 20_000 } as const;

describe.each([
  ["covariates of order one", 1],
  ["covariates in the hundreds, where linear predictors differ by more than exp can hold", 150],
])("a gate's update on its own keeps its prior: %s", (_, gateScale) => {
  it.each(Object.entries(cases))("%s", (__, [model, name]) => {
    const target = tinyTarget({ ...model, gateScale });
    const exact = model.gate === SLICED_SOFTMAX ? {} : exactNormalGate(target, GATE_SD);
    const observables = withExact(gateParameters(target), exact);
    const { chains, sweeps, priorDraws } = SETTINGS;
    const { rejected, report } = decide((seed, effort) =>
      geweke(target, updateGate(target, name), {
        chains: chains * effort,
        sweeps,
        priorDraws: priorDraws * effort,
        observables,
        seed,
      }),
    );
    expect(rejected, report).toBe(false);
  });
});
