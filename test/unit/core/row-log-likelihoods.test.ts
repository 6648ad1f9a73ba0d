import { describe, expect, it } from "vitest";
import { compileCount } from "../../../models/counts/index.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../../src/core/mixture.ts";
import { rowLogLikelihoods } from "../../../src/core/row-log-likelihoods.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { createRng } from "../../../src/math/rng.ts";
import { marginalCases } from "../../helpers/marginal-cases.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

function compare(target: Target, seed: number, scale = 1): void {
  const write = rowLogLikelihoods(target);
  const rng = createRng(7, seed);
  for (let draw = 0; draw < 20; draw++) {
    const state = target.samplePrior(rng);
    target.simulate(rng, state);
    for (let at = 0; at < state.gamma.data.length; at++) state.gamma.data[at]! *= scale;
    const out = new Float64Array(target.n);
    write(state, out);
    const expected = byComponents(target, state);
    out.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)));
    });
  }
}

function byComponents(target: Target, state: State): Float64Array {
  const scratch = mixtureScratch(target);
  sumOutAllocation(logJoint(target, state, scratch), scratch);
  return scratch.logDensity;
}

describe("log-likelihoods of rows", () => {
  it.each(Object.keys(marginalCases))("are sums over components: %s", (name) => {
    compare(tinyTarget(marginalCases[name]!), 1);
  });

  it("are so with any number of components, and with one", () => {
    const { components: _, ...model } = marginalCases["conjugate experts"]!;
    compare(
      tinyTarget({
        ...model,
        components: compileCount({ kind: "uniform", lower: 1, upper: 4, max: 4 }),
      }),
      3,
    );
  });

  it("are so where weights leave the range of doubles", () => {
    compare(tinyTarget(marginalCases["three experts, shifted gate"]!), 2, 1000);
  });
});
