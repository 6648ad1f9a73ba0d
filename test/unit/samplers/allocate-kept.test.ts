import { describe, expect, it } from "vitest";
import { exchange } from "../../../samplers/components.ts";
import { marginalRatio } from "../../../samplers/marginal-ratio.ts";
import { allocate } from "../../../samplers/moves/allocate.ts";
import { allocateKept } from "../../../samplers/moves/allocate-kept.ts";
import type { Info } from "../../../src/core/kernel.ts";
import type { State } from "../../../src/core/target.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { CONJUGATE, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { UNIFORM } from "../../helpers/random-count.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

const target = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: UNIFORM, rows: 12 });
const ratio = marginalRatio(target);
const kept = allocateKept(target, ratio);
const move = allocate(target);

/** Both with the same uniforms. */
function bothOf(state: State, seed: number) {
  const info: Info = {};
  const own = new Int32Array(target.n);
  kept.draw(createRng(seed), own);
  kept.describe(info);
  const drawn = move.step(createRng(seed), { ...state, z: new Int32Array(target.n) });
  return { own: { z: own, info }, reference: { z: drawn.state.z, info: drawn.info } };
}

function expectSame(state: State, seed: number): void {
  const { own, reference } = bothOf(state, seed);
  expect(own.z).toEqual(reference.z);
  expect(Object.keys(own.info).sort()).toEqual(Object.keys(reference.info).sort());
  for (const [name, value] of Object.entries(reference.info)) {
    expect(own.info[name], name).toBeCloseTo(value, 9);
  }
}

describe("allocations from kept shares", () => {
  it("are those drawn from densities, and so is what is said of the state", () => {
    const rng = createRng(3);
    for (let t = 0; t < 100; t++) {
      const state = target.samplePrior(rng);
      ratio.keep(state);
      expectSame(state, t);
    }
  });

  it("follow an accepted change", () => {
    const rng = createRng(4);
    for (let t = 0; t < 100; t++) {
      const state = target.samplePrior(rng);
      if (state.theta.rows === target.capacity) continue;
      ratio.keep(state);
      const other = target.samplePrior(rng);
      const one = { theta: other.theta.data.slice(0, 3), gamma: other.gamma.data.slice(0, 2) };
      ratio.log([], [one]);
      const changed = exchange(rng, state, [], [one]);
      ratio.accept(changed.state, changed.origins);
      expectSame(changed.state, t);
    }
  });

  it("are right in other units, where weights leave the range of doubles", () => {
    const state = {
      theta: matrix(2, 3, Float64Array.of(0, 0.5, 1, 1, -0.5, 0.4)),
      gamma: matrix(2, 2, Float64Array.of(-900, 0, -899, 0.2)),
      z: new Int32Array(target.n),
    };
    ratio.keep(state);
    expectSame(state, 1);
  });
});
