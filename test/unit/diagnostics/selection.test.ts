import { describe, expect, test } from "vitest";
import {
  fitGeneralizedPareto,
  generalizedParetoQuantile,
} from "../../../diagnostics/generalized-pareto.ts";
import { paretoKhat } from "../../../diagnostics/pareto-khat.ts";
import { kThreshold, smoothWeights, tailLength } from "../../../diagnostics/psis.ts";
import { psisLoo } from "../../../diagnostics/psis-loo.ts";
import { reasonFor } from "../../../diagnostics/reason.ts";
import { relativeEfficiency } from "../../../diagnostics/relative-efficiency.ts";
import { waic } from "../../../diagnostics/waic.ts";

/** Columns as a function, the rows of a small matrix. */
const pointwise = (...columns: number[][]) => ({
  draws: columns[0]!.length,
  rows: columns.length,
  column: (i: number, out: Float64Array) => out.set(columns[i]!),
});

describe("the generalized Pareto fit", () => {
  test.each([-0.3, 0.2, 0.5, 1.2])(
    "finds the shape %d of exact quantiles, pulled towards 1/2",
    (k) => {
      const n = 5000;
      const excesses = Float64Array.from({ length: n }, (_, i) =>
        generalizedParetoQuantile({ k, sigma: 2 }, (i + 0.5) / n),
      );
      const fit = fitGeneralizedPareto(excesses);
      // The prior moves k by (1/2 − k) · 10 / 5010; discretizing the tail moves it by the order of
      // 1/√n.
      expect(Math.abs(fit.k - k)).toBeLessThan(2 / Math.sqrt(n));
      expect(Math.abs(fit.sigma - 2)).toBeLessThan(4 / Math.sqrt(n));
    },
  );

  test("is refused when a quarter of the tail is at its minimum", () => {
    expect(fitGeneralizedPareto(Float64Array.of(1, 1, 1, 2, 3, 4, 5, 6)).k).toBeNaN();
    expect(fitGeneralizedPareto(new Float64Array(0)).k).toBeNaN();
  });

  test("has the quantiles of the exponential at k = 0 and is continuous there", () => {
    expect(generalizedParetoQuantile({ k: 0, sigma: 3 }, 0.5)).toBeCloseTo(3 * Math.LN2, 14);
    expect(generalizedParetoQuantile({ k: 1e-9, sigma: 3 }, 0.5)).toBeCloseTo(3 * Math.LN2, 8);
    expect(generalizedParetoQuantile({ k: 1, sigma: NaN }, 0.5)).toBeNaN();
  });
});

describe("smoothed importance weights", () => {
  test("are the raw ones, and k is infinite, if the tail is short or constant", () => {
    const out = new Float64Array(4);
    const ratios = Float64Array.from([1, 2, 3, 4], Math.log);
    expect(smoothWeights(ratios, 4, out)).toBe(Infinity);
    expect(Math.exp(out[3]!)).toBeCloseTo(0.4, 14);
    const equal = new Float64Array(100);
    expect(smoothWeights(new Float64Array(100).fill(-800), 20, equal)).toBe(Infinity);
    expect(equal[7]).toBeCloseTo(-Math.log(100), 13);
  });

  test("are NaN if a ratio is not finite", () => {
    const ratios = Float64Array.from({ length: 100 }, (_, s) => (s === 3 ? Infinity : Math.sin(s)));
    const out = new Float64Array(100);
    expect(smoothWeights(ratios, 20, out)).toBeNaN();
    expect(out.every(Number.isNaN)).toBe(true);
    expect(
      smoothWeights(
        ratios.map((x) => -x),
        20,
        out,
      ),
    ).toBeNaN();
  });

  test("keep the order of the ratios, sum to one, and do not depend on their level", () => {
    const ratios = Float64Array.from({ length: 200 }, (_, s) => 3 * Math.sin(s * s));
    const out = new Float64Array(200);
    const shifted = new Float64Array(200);
    const k = smoothWeights(ratios, 40, out);
    expect(
      smoothWeights(
        ratios.map((x) => x - 1024),
        40,
        shifted,
      ),
    ).toBeCloseTo(k, 8);
    expect(out.reduce((total, x) => total + Math.exp(x), 0)).toBeCloseTo(1, 12);
    const order = [...ratios.keys()].sort((a, b) => ratios[a]! - ratios[b]!);
    for (let s = 1; s < 200; s++)
      expect(out[order[s]!]).toBeGreaterThanOrEqual(out[order[s - 1]!]!);
    shifted.forEach((value, s) => {
      expect(value).toBeCloseTo(out[s]!, 8);
    });
  });

  test("of ties at the start of the tail smooth the later draws, as a stable sort has them", () => {
    const ratios = Float64Array.from({ length: 100 }, (_, s) =>
      s < 79 ? -3 : s < 84 ? -1 : s / 99,
    );
    const out = new Float64Array(100);
    // The tail of 20 holds four of the five equal ratios, s = 80 … 83.
    expect(Number.isFinite(smoothWeights(ratios, 20, out))).toBe(true);
    expect(out[79]! - out[0]!).toBeCloseTo(2, 12);
    expect(out[83]).toBeGreaterThan(out[80]!);
  });

  test.each([
    ["all different", 1000, 95, (s: number) => 3 * Math.sin(s * s)],
    ["many ties", 1000, 95, (s: number) => Math.round(4 * Math.sin(s * s))],
    ["the largest in places that no sample sees", 1000, 95, (s: number) => (s % 16 ? s : -s) / 100],
    ["the largest where the sample looks", 1000, 95, (s: number) => (s % 16 ? -s : s) / 100],
    ["one too few above the first bound", 1000, 95, aboveFirstBound],
    ["a tail of nearly all", 40, 38, (s: number) => Math.sin(s * s)],
    ["few draws", 9, 5, (s: number) => Math.sin(s * s)],
  ])("are those that sorting all ratios gives: %s", (_, draws, length, ratio) => {
    const ratios = Float64Array.from({ length: draws }, (_, s) => ratio(s));
    const out = new Float64Array(draws);
    const k = smoothWeights(ratios, length, out);
    const expected = smoothedBySorting(ratios, length);
    expect(k).toBeCloseTo(expected.k, 12);
    expected.weights.forEach((value, s) => {
      expect(out[s]).toBeCloseTo(value, 12);
    });
  });

  test("have the thresholds of their theory", () => {
    expect(kThreshold(400)).toBeCloseTo(0.6157, 4);
    expect(kThreshold(4000)).toBe(0.7);
    expect(tailLength(4000, 1)).toBe(190);
    expect(tailLength(4000, 0.25)).toBe(380);
    expect(tailLength(100, 1)).toBe(20);
  });
});

describe("criteria", () => {
  test("of a log likelihood that does not vary are that log likelihood", () => {
    const constant = pointwise(Array(50).fill(-1), Array(50).fill(-2.5));
    const criterion = waic(constant);
    expect(criterion.elpd).toBeCloseTo(-3.5, 13);
    expect(criterion.pWaic).toBe(0);
    expect(criterion.warnings).toBe(0);
    expect(criterion.se).toBeCloseTo(Math.sqrt(2) * Math.sqrt(1.125), 13);
    const loo = psisLoo(constant, { chainLengths: [25, 25] });
    expect(loo.elpd).toBeCloseTo(-3.5, 12);
    expect(loo.pLoo).toBeCloseTo(0, 12);
    expect(loo.badK).toBe(2);
  });

  test("LOO without a smoothed tail is the harmonic mean of the likelihoods", () => {
    // Likelihoods 1/2 and 1/4: harmonic mean 2 / (2 + 4).
    const loo = psisLoo(pointwise([Math.log(1 / 2), Math.log(1 / 4)]));
    expect(loo.elpd).toBeCloseTo(Math.log(1 / 3), 14);
    expect(loo.pLoo).toBeCloseTo(Math.log(3 / 8) - Math.log(1 / 3), 14);
  });

  test("WAIC subtracts the variance of the log likelihood", () => {
    const criterion = waic(pointwise([0, Math.log(3)]));
    expect(criterion.pWaic).toBeCloseTo(Math.log(3) ** 2 / 2, 14);
    expect(criterion.elpd).toBeCloseTo(Math.log(2) - Math.log(3) ** 2 / 2, 14);
    expect(criterion.warnings).toBe(1);
    // Two draws d apart have variance d² / 2: just below and just above 0.4.
    expect(waic(pointwise([0, Math.sqrt(0.79)], [0, Math.sqrt(0.81)])).warnings).toBe(1);
  });

  test("are NaN, and the row counts as bad, if a log likelihood is not finite", () => {
    const broken = pointwise(
      Array.from({ length: 40 }, (_, s) => (s ? -(Math.sin(s) ** 2) : -Infinity)),
    );
    expect(psisLoo(broken).elpd).toBeNaN();
    expect(psisLoo(broken).badK).toBe(1);
    expect(waic(broken).elpd).toBeNaN();
  });
});

describe("k-hat of draws", () => {
  /** Quantiles of a generalized Pareto distribution in a scrambled order. */
  const draws = (n: number, k: number) =>
    Float64Array.from({ length: n }, (_, t) =>
      generalizedParetoQuantile({ k, sigma: 1 }, (((t * 617) % n) + 0.5) / n),
    );

  test("is that of the heavier tail, whichever side it is on", () => {
    const heavy = [draws(2000, 0.8)];
    const mirrored = heavy.map((chain) => chain.map((x) => -x));
    expect(paretoKhat.compute(heavy)).toBeGreaterThan(0.7);
    expect(paretoKhat.compute(mirrored)).toBe(paretoKhat.compute(heavy));
  });

  test("needs thirty draws: six in each tail", () => {
    expect(paretoKhat.compute([draws(29, 0.2)])).toBeNaN();
    expect(Number.isFinite(paretoKhat.compute([draws(30, 0.2)]))).toBe(true);
  });

  test("leaves out a tail of equal values", () => {
    const capped = draws(1000, 0.3).map((x) => Math.max(x, 1));
    const both = draws(1000, 0.3);
    expect(paretoKhat.compute([capped])).toBeCloseTo(paretoKhat.compute([both]), 1);
    expect(reasonFor(paretoKhat, [capped.map((x) => -x)])).toBe("discrete");
  });
});

test("the relative efficiency is 1 for constant likelihoods; chains may differ in length", () => {
  expect(relativeEfficiency(new Float64Array(20).fill(-5), [10, 10])).toBe(1);
  const values = Float64Array.from({ length: 45 }, (_, s) => Math.sin(s));
  const cut = Float64Array.from([...values.slice(0, 20), ...values.slice(25)]);
  expect(relativeEfficiency(values, [25, 20])).toBe(relativeEfficiency(cut, [20, 20]));
});

/** Of 63 ratios that a sample of every sixteenth sees the 8 largest, and 87 that it does not see, exceed all others: 95. */
function aboveFirstBound(s: number): number {
  const isSeen = s % 16 === 0;
  const isLarge = isSeen ? s >= 55 * 16 : s - Math.floor(s / 16) - 1 < 87;
  return Math.sin(s * s) + (isLarge ? 4 : 0) + (s === 54 * 16 ? 2 : 0) + (s === 53 * 16 ? 1.5 : 0);
}

/** Log weights whose tail is found in a stable order of all. */
function smoothedBySorting(ratios: Float64Array, length: number) {
  const top = Math.max(...ratios);
  const weights = ratios.map((ratio) => ratio - top);
  const order = [...weights.keys()].sort((a, b) => weights[a]! - weights[b]! || a - b);
  const cutoff = Math.exp(weights[order[weights.length - length - 1]!]!);
  const tail = order.slice(-length);
  const fit = fitGeneralizedPareto(Float64Array.from(tail, (s) => Math.exp(weights[s]!) - cutoff));
  if (Number.isFinite(fit.k)) {
    tail.forEach((s, rank) => {
      const quantile = generalizedParetoQuantile(fit, (rank + 0.5) / length);
      weights[s] = Math.min(Math.log(quantile + cutoff), 0);
    });
  }
  const logTotal = Math.log(weights.reduce((total, weight) => total + Math.exp(weight), 0));
  const k = Number.isFinite(fit.k) ? fit.k : Infinity;
  return { k, weights: weights.map((weight) => weight - logTotal) };
}
