import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  autocorrelation,
  autocovarianceByLag,
  meanAutocovariance,
} from "../../../diagnostics/autocovariance.ts";
import { effectiveSampleSize } from "../../../diagnostics/effective-sample-size.ts";
import { essQuantile } from "../../../diagnostics/ess-tail.ts";
import { rankHistogram } from "../../../diagnostics/rank-histogram.ts";
import { fold, rankNormalize } from "../../../diagnostics/rank-normalize.ts";
import { rhat, rhatBasic } from "../../../diagnostics/rhat.ts";
import { splitChains } from "../../../diagnostics/split-chains.ts";
import { summarize, summarizeVariable } from "../../../diagnostics/summarize.ts";
import type { Draws } from "../../../src/core/draws.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

const chain = (...values: number[]) => Float64Array.from(values);

function noise(length: number, ...path: number[]): Float64Array {
  const rng = createRng(...path);
  return Float64Array.from({ length }, () => uniform(rng) - 0.5);
}

describe("splitting", () => {
  test("gives the first and the last half; an odd length loses its middle draw", () => {
    expect(splitChains([chain(1, 2, 3, 4), chain(5, 6, 7, 8)])).toEqual([
      chain(1, 2),
      chain(3, 4),
      chain(5, 6),
      chain(7, 8),
    ]);
    expect(splitChains([chain(1, 2, 3, 4, 5)])).toEqual([chain(1, 2), chain(4, 5)]);
  });

  test("leaves a single draw whole", () => {
    expect(splitChains([chain(1)])).toEqual([chain(1)]);
  });
});

describe("rank normalization", () => {
  test("gives ties one score and is symmetric", () => {
    const [a, b] = rankNormalize([chain(1, 5, 5), chain(9, 1, 5)]);
    // Ranks 1.5, 4, 4 and 6, 1.5, 4 of 6.
    expect(a![1]).toBe(a![2]);
    expect(a![0]).toBe(b![1]);
    // (4 − 3/8) / 6.25 = 0.58, of which R's qnorm is:
    expect(a![1]).toBeCloseTo(0.201893479141851, 12);
  });

  test("depends on ranks alone", () => {
    const x = [noise(50, 1), noise(50, 2)];
    expect(rankNormalize(x.map((c) => c.map(Math.exp)))).toEqual(rankNormalize(x));
  });

  test("is NaN everywhere if a draw is", () => {
    expect(rankNormalize([chain(1, NaN), chain(2, 3)])).toEqual([chain(NaN, NaN), chain(NaN, NaN)]);
  });

  test("folding measures from the median of all chains", () => {
    expect(fold([chain(1, 2), chain(3, 10)])).toEqual([chain(1.5, 0.5), chain(0.5, 7.5)]);
  });
});

describe("autocovariance", () => {
  test.each([1, 2, 7, 64, 101])("of %d draws is the sum of products over n", (n) => {
    const chains = [noise(n, 5, 1), noise(n, 5, 2), noise(n, 5, 3)];
    const found = meanAutocovariance(chains);
    expect(found.length).toBe(n);
    found.forEach((value, lag) => {
      let expected = 0;
      for (const x of chains) {
        const centre = x.reduce((total, value) => total + value, 0) / n;
        for (let t = 0; t + lag < n; t++) expected += (x[t]! - centre) * (x[t + lag]! - centre);
      }
      expect(value).toBeCloseTo(expected / (3 * n), 13);
    });
  });

  test("is the same lag by lag", () => {
    const chains = [noise(50, 5, 1), noise(50, 5, 2), noise(50, 5, 3)];
    const byLag = autocovarianceByLag(chains);
    const expected = meanAutocovariance(chains);
    for (let lag = 0; lag < 50; lag++) expect(byLag(lag)).toBeCloseTo(expected[lag]!, 14);
  });

  test("the autocorrelation starts at 1 and stops at the lag asked for", () => {
    const found = autocorrelation(chain(1, -1, 1, -1), 2);
    expect(found.length).toBe(3);
    expect(found[0]).toBe(1);
    expect(found[1]).toBeCloseTo(-3 / 4, 14);
    expect(found[2]).toBeCloseTo(1 / 2, 14);
    expect(autocorrelation(chain(2, 2, 2))[1]).toBeNaN();
  });
});

describe("effective sample size", () => {
  test("of chains that stand still at different values is what R's posterior says", () => {
    // rho = 1 until the end: the time is −1 + 2 · 20 + 1 = 40 for 25 draws each.
    const chains = [1, 2, 3, 4].map((value) => new Float64Array(25).fill(value));
    expect(effectiveSampleSize(chains)).toBeCloseTo(100 / 40, 12);
  });

  test("never exceeds draws times their log", () => {
    const alternating = Float64Array.from({ length: 1000 }, (_, t) => (t % 2) + 0.01 * Math.sin(t));
    expect(effectiveSampleSize([alternating])).toBeCloseTo(1000 * 3, 9);
  });

  test("of the largest value is that of the last order statistic but one half", () => {
    const chains = [noise(100, 8)];
    expect(essQuantile(1).compute(chains)).toBeGreaterThan(0);
  });
});

describe("R-hat", () => {
  test("of two half-chains follows from between and within variances", () => {
    // Halves (0, 2) and (4, 6): within 2, between 2 · 8; √((8 + 1) / 2).
    expect(rhatBasic.compute([chain(0, 2, 4, 6)])).toBe(Math.sqrt(9 / 2));
  });

  test("sees chains that differ only in spread", () => {
    const narrow = noise(400, 9, 1);
    const wide = noise(400, 9, 2).map((x) => 5 * x);
    expect(rhatBasic.compute([narrow, wide])).toBeLessThan(1.02);
    expect(rhat.compute([narrow, wide])).toBeGreaterThan(1.2);
  });

  test("is infinite for chains that stand still apart", () => {
    expect(rhatBasic.compute([chain(0.1, 0.1, 0.1, 0.1), chain(0.7, 0.7, 0.7, 0.7)])).toBe(
      Infinity,
    );
  });
});

describe("rank histograms", () => {
  test("puts interleaved chains evenly over the bins", () => {
    const odd = [1, 3, 5, 7];
    const even = [2, 4, 6, 8];
    expect(rankHistogram([odd, even], 4)).toEqual([
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ]);
  });

  test("puts chains that never meet into separate bins", () => {
    expect(
      rankHistogram(
        [
          [1, 2],
          [8, 9],
        ],
        2,
      ),
    ).toEqual([
      [2, 0],
      [0, 2],
    ]);
  });

  test("spreads ties evenly, so that a constant looks flat", () => {
    const flat = rankHistogram([new Array(40).fill(2), new Array(40).fill(2)], 20);
    for (const count of flat.flat()) expect(count).toBeCloseTo(2, 10);
  });

  test("loses no draw, whatever the ties, and leaves NaN out", () => {
    const chains = fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(chains, fc.integer({ min: 1, max: 20 }), (values, bins) => {
        const counts = rankHistogram([...values, [Number.NaN]], bins);
        expect(counts.at(-1)).toEqual(new Array(bins).fill(0));
        for (const [c, chain] of values.entries()) {
          expect(counts[c]!.reduce((total, count) => total + count, 0)).toBeCloseTo(chain.length);
        }
      }),
    );
  });
});

describe("the summary", () => {
  const draws: Draws = {
    variables: ["a", "b"],
    chains: [
      { chain: 1, iterations: 20, values: noise(40, 11, 1) },
      { chain: 2, iterations: 25, values: noise(50, 11, 2) },
    ],
  };

  test("has a row for each variable in the order asked for", () => {
    expect(summarize(draws).map((row) => row.name)).toEqual(["a", "b"]);
    expect(summarize(draws, ["b"]).map((row) => row.name)).toEqual(["b"]);
    expect(() => summarize(draws, ["c"])).toThrow(/recorded: a, b/);
  });

  test("cuts chains of a partial run to the shortest", () => {
    const column = (values: Float64Array) =>
      Float64Array.from({ length: 20 }, (_, t) => values[2 * t]!);
    const chains = draws.chains.map((entry) => column(entry.values));
    expect(summarize(draws)[0]).toEqual(summarizeVariable("a", chains));
  });

  test("of a constant says where it is, and no more", () => {
    const row = summarizeVariable("k", [new Float64Array(30).fill(0.1)]);
    expect(row).toEqual({
      name: "k",
      mean: 0.1,
      median: 0.1,
      sd: 0,
      mad: 0,
      q5: 0.1,
      q95: 0.1,
      rhat: NaN,
      ess_bulk: NaN,
      ess_tail: NaN,
      mcse_mean: NaN,
    });
  });
});
