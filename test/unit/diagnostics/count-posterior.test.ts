import { describe, expect, test } from "vitest";
import { check } from "../../../diagnostics/check.ts";
import { departures, neverDrawn } from "../../../diagnostics/count-moves.ts";
import { countPosterior, reweighted } from "../../../diagnostics/count-posterior.ts";
import { maximumReached } from "../../../diagnostics/findings/maximum-reached.ts";
import type { ChainReport } from "../../../src/core/run.ts";
import { mean, variance } from "../../../src/math/moments.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

const chains = [Float64Array.of(2, 2, 1, 2, 3, 3), Float64Array.of(3, 2, 2, 2, 2, 2)];
const filled = [Float64Array.of(2, 1, 1, 2, 2, 3), Float64Array.of(2, 2, 2, 2, 2, 2)];
const prior = [0.5, 0.25, 0.125, 0.125];

describe("the posterior of a number of components", () => {
  const found = countPosterior(chains, filled, prior);

  test("is the share of the draws, in all chains", () => {
    expect(found.probability).toEqual([1 / 12, 8 / 12, 3 / 12, 0]);
    expect(found.filled).toEqual([2 / 12, 9 / 12, 1 / 12, 0]);
    expect(found.mode).toBe(2);
    expect(found.mcse[3]).toBeNaN();
  });

  test("counts the moves between numbers within each chain, never from one to the next", () => {
    expect([...found.transitions.data]).toEqual([
      ...[0, 1, 0, 0],
      ...[1, 5, 1, 0],
      ...[0, 1, 1, 0],
      ...[0, 0, 0, 0],
    ]);
  });
});

/** So many independent draws of 1 or 2, a chain. */
function twoNumbers(seed: number, share: number, length: number): Float64Array[] {
  return [1, 2].map((chain) => {
    const rng = createRng(seed, chain);
    return Float64Array.from({ length }, () => (uniform(rng) < share ? 1 : 2));
  });
}

describe("another prior on the number of components", () => {
  test("that is the same changes nothing", () => {
    const { probability, mcse, reliable } = reweighted(chains, prior, prior);
    const direct = countPosterior(chains, filled, prior);
    probability.forEach((share, k) => {
      expect(share).toBeCloseTo(direct.probability[k]!, 14);
    });
    expect(mcse[1]).toBeCloseTo(direct.mcse[1]!, 12);
    expect(reliable).toBe(true);
  });

  test("weighs each number by the ratio of the priors: p(K | y) ∝ p(K) p(y | K)", () => {
    const other = [0.1, 0.2, 0.3, 0.4];
    const { probability } = reweighted(chains, prior, other);
    const evidence = [1 / 12 / 0.5, 8 / 12 / 0.25, 3 / 12 / 0.125, 0];
    const joint = evidence.map((value, k) => value * other[k]!);
    const total = joint.reduce((a, b) => a + b);
    probability.forEach((share, k) => {
      expect(share).toBeCloseTo(joint[k]! / total, 14);
    });
  });

  test("allows what no draw could have: that is said", () => {
    const given = [Float64Array.of(1, 2, 1, 2, 1, 2)];
    expect(reweighted(given, [0.5, 0.5, 0], [0.3, 0.3, 0.4]).reliable).toBe(false);
    expect(reweighted(given, [0.5, 0.5, 0], [0.9, 0.1, 0]).reliable).toBe(true);
  });

  test("has standard errors that are the sd over repetitions, to 5 sd of that sd", () => {
    const repetitions = 300;
    const all = Array.from({ length: repetitions }, (_, seed) =>
      reweighted(twoNumbers(seed, 0.7, 500), [0.5, 0.5], [0.1, 0.9]),
    );
    const shares = Float64Array.from(all, ({ probability }) => probability[0]!);
    const errors = Float64Array.from(all, ({ mcse }) => mcse[0]!);
    const ratio = mean(errors) / Math.sqrt(variance(shares));
    expect(Math.abs(ratio - 1)).toBeLessThan(5 / Math.sqrt(2 * repetitions));
    expect(Math.abs(mean(shares) - 0.07 / 0.34)).toBeLessThan(0.01);
  });
});

const report = (chain: number, firstVisits?: Record<string, number>): ChainReport => ({
  ...{ chain, start: "fewest", status: "complete", draws: 6, seconds: 1, acceptance: {} },
  ...(firstVisits === undefined ? {} : { firstVisits }),
});

describe("departures", () => {
  test("say where a chain started, when it left and when it was first at the mode", () => {
    const found = departures(
      [report(1, { "1": 0, "2": 7, "3": 4 }), report(2, { "3": 0 }), report(3)],
      2,
    );
    expect(found).toEqual([
      { chain: 1, start: "fewest", from: 1, left: 4, reachedMode: 7 },
      { chain: 2, start: "fewest", from: 3, left: Number.NaN, reachedMode: Number.NaN },
    ]);
  });

  test("bound what no draw has: 3 · (mean stay) / draws, with thinning no less than 3 / draws", () => {
    const posterior = countPosterior(
      [new Float64Array(301).fill(2), new Float64Array(301).fill(2)],
      [new Float64Array(301).fill(2), new Float64Array(301).fill(2)],
      [0.5, 0.25, 0.25, 0],
    );
    const found = departures([report(1, { "1": 0, "2": 4 }), report(2, { "1": 0, "2": 8 })], 2);
    expect(neverDrawn(posterior, found, 1)).toEqual([
      { components: 1, bound: (3 * 6) / 600 },
      { components: 3, bound: Number.NaN },
    ]);
    expect(neverDrawn(posterior, found, 10)[0]!.bound).toBe(3 / 600);
  });
});

describe("the largest number that is allowed", () => {
  const at = (last: number, isTruncated: boolean) =>
    maximumReached(
      { ...countPosterior(chains, filled, prior), probability: [0.5, 0.3, 0.2 - last, last] },
      isTruncated,
    );

  test("is a problem from a hundredth of the posterior on, where the prior is cut there", () => {
    expect(at(0.0099, true)).toEqual([]);
    const [finding] = at(0.012, true);
    expect(finding).toMatchObject({ code: "maximum-reached", severity: "problem" });
    expect(finding!.message).toContain(
      "largest allowed value, 4, with posterior probability 0.012",
    );
  });

  test("is a note where the prior ends there by itself", () => {
    expect(at(0.012, false)).toMatchObject([{ code: "last-number-likely", severity: "note" }]);
  });
});

describe("chains that disagree", () => {
  const draws = {
    variables: ["K"],
    chains: [1, 2].map((chain) => ({
      chain,
      iterations: 200,
      values: Float64Array.from({ length: 200 }, (_, t) => 2 * chain + (t % 2)),
    })),
  };
  const posterior = countPosterior(chains, filled, prior);
  const say = (input: Parameters<typeof check>[0]) =>
    check(input).findings.find(({ code }) => code === "chains-disagree")!.message;

  test("say so of the number of experts, with its mean by chain, where it is random", () => {
    const count = { ...posterior, isTruncated: true };
    expect(say({ draws, count })).toContain(
      "chains disagree on the number of experts, whose mean by chain is 2.50, 4.50;",
    );
    expect(say({ draws, count })).not.toContain("--start em");
    expect(say({ draws })).not.toContain("number of experts, whose");
  });
});
