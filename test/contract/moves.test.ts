import { describe, expect, test } from "vitest";
import { allocate } from "../../samplers/moves/allocate.ts";
import { collapsedSplitMerge } from "../../samplers/moves/collapsed-split-merge.ts";
import { marginalMoves } from "../../samplers/moves/marginal.ts";
import { permuteLabels } from "../../samplers/moves/permute-labels.ts";
import { thinEmpties } from "../../samplers/moves/thin-empties.ts";
import { SamplerError } from "../../src/core/errors.ts";
import type { State, Target } from "../../src/core/target.ts";
import { copy, matrix, row } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import {
  CONJUGATE,
  compileCase,
  gibbsCases,
  SLICED_SOFTMAX,
  SOFTMAX,
} from "../helpers/gibbs-cases.ts";
import { UNIFORM } from "../helpers/random-count.ts";
import { changes, splitsOf } from "../helpers/random-count-kernels.ts";
import { type RandomModel, tinyTarget } from "../helpers/tiny-targets.ts";
import { pearson } from "../helpers/variates.ts";

const cases = Object.entries(gibbsCases);

const copyOf = ({ theta, gamma, z }: State): State => ({
  theta: copy(theta),
  gamma: copy(gamma),
  z: z.slice(),
});

describe.each(cases)("permuting labels: %s", (_, tiny) => {
  const { target } = compileCase(tiny);
  const move = permuteLabels(target);

  test("keeps the components, whose rows they have, and the likelihood", () => {
    const rng = createRng(2);
    const density = new Float64Array(target.n);
    for (let t = 0; t < 50; t++) {
      const before = target.samplePrior(rng);
      const { state } = move.step(rng, copyOf(before));
      const owners = (s: State) => Array.from(s.z, (k) => [...row(s.theta, k)]);
      expect(owners(state)).toEqual(owners(before));
      const experts = (s: State) =>
        Array.from({ length: s.theta.rows }, (__, k) => [...row(s.theta, k)].join()).sort();
      expect(experts(state)).toEqual(experts(before));
      const gate = (s: State) => {
        const log = matrix(s.gamma.rows, target.n);
        target.gate.logProbability(s.gamma, log);
        return Array.from(s.z, (k, i) => log.data[k * target.n + i]!);
      };
      const [a, b] = [gate(before), gate(state)];
      for (let i = 0; i < target.n; i++) expect(b[i]).toBeCloseTo(a[i]!, 9);
      target.expert.logDensity(row(state.theta, state.z[0]!), density);
      expect(density.every(Number.isFinite)).toBe(true);
    }
  });

  test("visits every numbering as often as the prior says", () => {
    const rng = createRng(12);
    let state = target.samplePrior(rng);
    const seen = new Map<string, { count: number; logPrior: number }>();
    for (let t = 0; t < 24_000; t++) {
      state = move.step(rng, state).state;
      // An accepted fraction may be small: far between, visits are nearly independent.
      if (t % 12 !== 0) continue;
      const key = state.theta.data.join();
      const entry = seen.get(key) ?? { count: 0, logPrior: target.logPrior(state) };
      entry.count++;
      seen.set(key, entry);
    }
    const entries = [...seen.values()];
    const highest = Math.max(...entries.map(({ logPrior }) => logPrior));
    const weights = entries.map(({ logPrior }) => Math.exp(logPrior - highest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const p = pearson(
      entries.map(({ count }) => count),
      weights.map((weight) => weight / total),
    );
    expect(p).toBeGreaterThan(1e-5);
  });
});

test("allocating draws each row from its full conditional, and says the log-likelihood", () => {
  const { target } = compileCase(gibbsCases["three experts, Laplace-t gate"]!);
  const rng = createRng(4);
  const state = target.samplePrior(rng);
  const { n } = target;
  const joint = matrix(3, n);
  const density = new Float64Array(n);
  target.gate.logProbability(state.gamma, joint);
  for (let k = 0; k < 3; k++) {
    target.expert.logDensity(row(state.theta, k), density);
    for (let i = 0; i < n; i++) joint.data[k * n + i]! += density[i]!;
  }
  const probability = (i: number) => {
    const weights = [0, 1, 2].map((k) => Math.exp(joint.data[k * n + i]!));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { total, shares: weights.map((weight) => weight / total) };
  };
  const move = allocate(target);
  const counts = Array.from({ length: n }, () => [0, 0, 0]);
  for (let t = 0; t < 4000; t++) {
    const { info } = move.step(rng, state);
    state.z.forEach((k, i) => {
      counts[i]![k]!++;
    });
    const expected = Array.from({ length: n }, (_, i) => Math.log(probability(i).total));
    if (t === 0)
      expect(info["log_likelihood"]).toBeCloseTo(
        expected.reduce((a, b) => a + b),
        9,
      );
  }
  counts.forEach((count, i) => {
    const { shares } = probability(i);
    count.forEach((c, k) => {
      const error = Math.sqrt(4000 * shares[k]! * (1 - shares[k]!));
      expect(Math.abs(c - 4000 * shares[k]!)).toBeLessThan(5 * error + 3);
    });
  });
});

const random: RandomModel = { experts: CONJUGATE, gate: SOFTMAX, components: UNIFORM, rows: 8 };

/** Rows that share a component, and what their components are. */
const owners = ({ theta, gamma, z }: State) =>
  Array.from(z, (k) => [...row(theta, k), ...row(gamma, k)].join());

describe.each(Object.entries(changes))(
  "a move that changes the number of experts: %s",
  (_, make) => {
    const target = tinyTarget(random);
    const move = make(target);

    test("goes to every number from 1 to the largest and to no other, every row with a component", () => {
      const rng = createRng(21);
      const seen = new Set<number>();
      for (let t = 0; t < 600; t++) {
        const { state } = move.step(rng, target.samplePrior(rng));
        const K = state.theta.rows;
        seen.add(K);
        expect(state.gamma.rows).toBe(K);
        expect(Math.min(...state.z)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...state.z)).toBeLessThan(K);
        expect(target.logPrior(state)).toBeGreaterThan(Number.NEGATIVE_INFINITY);
      }
      expect([...seen].sort()).toEqual([1, 2, 3, 4]);
    });

    test("gives one of what it proposed to what it accepted, and both ways", () => {
      const rng = createRng(22);
      const total: Record<string, number> = {};
      for (let t = 0; t < 600; t++) {
        const { info } = move.step(rng, target.samplePrior(rng), true);
        for (const [name, value] of Object.entries(info)) total[name] = (total[name] ?? 0) + value;
      }
      const proposed = Object.keys(total).filter((name) => name.endsWith(".proposed"));
      expect(proposed.length).toBeGreaterThan(0);
      for (const name of proposed) {
        const accepted = total[name.replace(".proposed", ".accepted")]!;
        expect(accepted).toBeGreaterThan(0);
        expect(accepted).toBeLessThanOrEqual(total[name]!);
      }
    });

    test("needs a prior on the number of components", () => {
      const fixed = tinyTarget({ ...random, components: 2 });
      expect(() => make(fixed)).toThrow(SamplerError);
      expect(() => make(fixed)).toThrow(
        /needs a prior on the number of components; the model has 2. Write a prior such as/,
      );
    });
  },
);

test.each(["thinned empties", "birth and death of empties"])(
  "every row keeps its component: %s",
  (name) => {
    const target = tinyTarget(random);
    const move = changes[name]!(target);
    const rng = createRng(23);
    for (let t = 0; t < 300; t++) {
      const before = target.samplePrior(rng);
      const kept = owners(before);
      expect(owners(move.step(rng, before).state)).toEqual(kept);
    }
  },
);

test("a gate must be one whose rows can be drawn given levels, where a move needs that", () => {
  const target = tinyTarget({ ...random, gate: SLICED_SOFTMAX });
  const message = "needs a gate with a normal prior on its coefficients, or a constant gate; write";
  for (const make of [collapsedSplitMerge, thinEmpties]) {
    expect(() => make(target)).toThrow(SamplerError);
    expect(() => make(target)).toThrow(message);
  }
});

test("collapsed splits need experts that can be drawn anew", () => {
  const { expert, ...rest } = tinyTarget(random);
  const { approximate: _, ...without } = expert;
  const make = () => collapsedSplitMerge({ ...rest, expert: without });
  expect(make).toThrow(SamplerError);
  expect(make).toThrow(/collapsed split-merge needs experts that can be drawn anew/);
});

test("splits need a gate with an intercept, whose terms they name", () => {
  const whole = tinyTarget(random);
  const target: Target = { ...whole, gate: { ...whole.gate, terms: ["x", "x²"] } };
  const make = () => marginalMoves(target, [{ make: splitsOf, times: 1 }]);
  expect(make).toThrow(SamplerError);
  expect(make).toThrow(/split-merge needs a gate with an intercept; its terms are x, x²/);
});
