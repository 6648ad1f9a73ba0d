import { describe, expect, test } from "vitest";
import { allocate } from "../../samplers/moves/allocate.ts";
import { permuteLabels } from "../../samplers/moves/permute-labels.ts";
import type { State } from "../../src/core/target.ts";
import { copy, matrix, row } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import { compileCase, gibbsCases } from "../helpers/gibbs-cases.ts";
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
