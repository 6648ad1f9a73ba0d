import { describe, expect, it } from "vitest";
import { type Component, componentOf, exchange } from "../../../samplers/components.ts";
import { marginalRatio } from "../../../samplers/marginal-ratio.ts";
import { plainLogLikelihood } from "../../../samplers/plain-likelihood.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng, integerBelow, type Rng, uniform } from "../../../src/math/rng.ts";
import { CONJUGATE, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { UNIFORM } from "../../helpers/random-count.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

const target = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: UNIFORM, rows: 12 });

/** The same beside a known density, here a wide normal whatever the row. */
const deviated: Target = {
  ...target,
  deviation: {
    a: 1,
    b: 1,
    logPrior: () => 0,
    known: { logDensity: (out: Float64Array) => void out.fill(-1.7) } as unknown as NonNullable<
      Target["deviation"]
    >["known"],
  },
};

const componentsOf = (state: State) =>
  Array.from({ length: state.theta.rows }, (_, k) => componentOf(state, k));

function drawComponent(rng: Rng, { expert, gate }: Target): Component {
  const theta = new Float64Array(expert.dimension);
  const gamma = new Float64Array(gate.dimension);
  expert.samplePrior(rng, theta);
  gate.samplePrior(rng, gamma);
  return { theta, gamma };
}

/** Some components to take away and some to put in, as the moves do. */
function drawExchange(rng: Rng, of: Target, K: number) {
  const added = (count: number) => Array.from({ length: count }, () => drawComponent(rng, of));
  const k = integerBelow(rng, K);
  const kinds = [{ removed: [] as number[], added: added(1) }];
  if (K > 1) kinds.push({ removed: [k], added: [] });
  kinds.push({ removed: [k], added: added(2) }, { removed: [k], added: added(1) });
  if (K > 1) kinds.push({ removed: [k, (k + 1) % K], added: added(1) });
  return kinds[integerBelow(rng, kinds.length)]!;
}

function startOf(rng: Rng, of: Target): State {
  const state = of.samplePrior(rng);
  if (of.deviation === undefined) return state;
  const deviation = { lambda: Float64Array.of(0.3), fromKnown: new Uint8Array(of.n) };
  return { ...state, deviation };
}

describe.each([
  ["a mixture", target],
  ["a mixture beside a known density", deviated],
])("the ratio of likelihoods of %s", (_, of) => {
  const plain = plainLogLikelihood(of);

  it("is that of likelihoods summed in logs, through a chain of accepted and rejected changes", () => {
    const rng = createRng(7);
    const ratio = marginalRatio(of);
    let state = startOf(rng, of);
    ratio.keep(state);
    for (let t = 0; t < 400; t++) {
      const { removed, added } = drawExchange(rng, of, state.theta.rows);
      const next = componentsOf(state).filter((__, k) => !removed.includes(k));
      const expected =
        plain([...next, ...added], state.deviation) - plain(componentsOf(state), state.deviation);
      const log = ratio.log(removed, added);
      expect(log).toBeCloseTo(expected, 7 - Math.ceil(Math.log10(1 + Math.abs(expected))));
      const isRoom = next.length + added.length <= of.capacity;
      if (!isRoom || !(expected > -20) || uniform(rng) < 0.3) continue;
      const changed = exchange(rng, state, removed, added);
      ratio.accept(changed.state, changed.origins);
      state = changed.state;
    }
  });

  it("is left early only where it is below the limit, and is the same where it is not", () => {
    const rng = createRng(8);
    const ratio = marginalRatio(of);
    let left = 0;
    for (let t = 0; t < 300; t++) {
      const state = startOf(rng, of);
      ratio.keep(state);
      const one = drawComponent(rng, of);
      const log = ratio.log([], [one]);
      const atLeast = log + 3 * (uniform(rng) - 0.5);
      const limited = ratio.log([], [one], atLeast);
      if (limited === Number.NEGATIVE_INFINITY) {
        left++;
        expect(log).toBeLessThan(atLeast);
      } else expect(limited).toBe(log);
    }
    expect(left).toBeGreaterThan(50);
  });
});

it("of densities alone is that of the whole state with the gate rows there are", () => {
  const rng = createRng(9);
  const [whole, densities] = [marginalRatio(target), marginalRatio(target)];
  for (let t = 0; t < 50; t++) {
    const state = target.samplePrior(rng);
    densities.keep(state);
    for (let k = 0; k < state.theta.rows; k++) {
      target.expert.samplePrior(rng, componentOf(state, k).theta);
    }
    densities.keepDensities(state);
    whole.keep(state);
    const { removed, added } = drawExchange(rng, target, state.theta.rows);
    const expected = whole.log(removed, added);
    expect(densities.log(removed, added)).toBeCloseTo(
      expected,
      9 - Math.ceil(Math.log10(1 + Math.abs(expected))),
    );
  }
});

it("is right where one component outweighs the others beyond the range of doubles", () => {
  const ratio = marginalRatio(target);
  const plain = plainLogLikelihood(target);
  const far = (intercept: number): Component => ({
    theta: Float64Array.of(0.2, 0.1, 0.7),
    gamma: Float64Array.of(intercept, 0),
  });
  const state: State = {
    theta: matrix(2, 3, Float64Array.of(0, 0.5, 1, 1, -0.5, 0.4)),
    gamma: matrix(2, 2, Float64Array.of(-900, 0, -500, 1)),
    z: new Int32Array(target.n),
  };
  ratio.keep(state);
  for (const intercept of [-1200, -500, 0, 900]) {
    const one = far(intercept);
    const expected =
      plain([...componentsOf(state), one], undefined) - plain(componentsOf(state), undefined);
    expect(ratio.log([], [one])).toBeCloseTo(expected, 6);
    const changed = exchange(createRng(1), state, [], [one]);
    ratio.accept(changed.state, changed.origins);
    const back = changed.origins.indexOf(-1);
    expect(ratio.log([back], [])).toBeCloseTo(-expected, 6);
    ratio.keep(state);
  }
});
