import { describe, expect, test } from "vitest";
import type { CountUnderPrior, OneCount } from "../../../src/report/selection-input.ts";
import { bestEvidence, posteriorByEvidence } from "../../../src/selection/best-evidence.ts";
import { withDifferences } from "../../../src/selection/differences.ts";
import { selectionFindings } from "../../../src/selection/findings.ts";
import type { CountFit } from "../../../src/selection/one-count.ts";
import { selectionVerdict } from "../../../src/selection/verdict.ts";

const own = (evidence: readonly number[]): CountUnderPrior => ({
  prior: "K uniform on 1 … 3",
  priorProbability: [1 / 3, 1 / 3, 1 / 3],
  probability: [0.1, 0.7, 0.2],
  mcse: [0.01, 0.02, 0.01],
  fromEvidence: evidence.map((value) => ({ value, se: 0.01 })),
});

const count = (components: number, more: Partial<OneCount> = {}): OneCount => ({
  components,
  rhat: 1.001,
  logEvidence: { value: -10, se: 0.1, unreliable: false },
  ...more,
});

const codes = (under: CountUnderPrior, counts: readonly OneCount[]) =>
  selectionFindings([under], counts).map(({ code }) => code);

describe("the routes to a number of experts", () => {
  test("agree within their errors, or it is a problem", () => {
    expect(codes(own([0.11, 0.68, 0.21]), [count(1)])).toEqual([]);
    expect(codes(own([0.3, 0.5, 0.2]), [count(1)])).toEqual(["routes-disagree"]);
    const [finding] = selectionFindings([own([0.3, 0.5, 0.2])], [count(1)]);
    expect(finding?.severity).toBe("problem");
    expect(finding?.message).toContain(
      "1 has probability 0.1 by the chains and 0.3 by the evidence",
    );
  });

  test("are told where they are uncertain or missing", () => {
    const good = own([0.11, 0.68, 0.21]);
    const unreliable = count(2, { logEvidence: { value: -9, se: 0.1, unreliable: true } });
    expect(codes(good, [count(1), unreliable])).toEqual(["evidence-uncertain"]);
    expect(codes(good, [count(1), count(3, { rhat: 1.2 })])).toEqual(["fixed-count-unsettled"]);
    const { fromEvidence: _, ...without } = good;
    const { logEvidence: __, ...bare } = count(1);
    expect(codes(without, [bare])).toEqual(["evidence-left-out"]);
  });
});

describe("the evidence of draws", () => {
  const drawn = (value: number, unreliable?: string): Partial<OneCount> => ({
    evidenceOfDraws: {
      value,
      se: 0.05,
      overlap: 0.5,
      effective: 400,
      leftOut: 0,
      ...(unreliable === undefined ? {} : { unreliable }),
    },
  });
  const good = own([0.11, 0.68, 0.21]);
  const bad = { logEvidence: { value: -9, se: 0.1, unreliable: true } };
  const { logEvidence: _, ...bare } = count(2);

  test("must be that of sequential Monte Carlo, where both are to be trusted", () => {
    expect(codes(good, [count(2, drawn(-10.4))])).toEqual([]);
    expect(codes(good, [count(2, drawn(-10.5))])).toEqual(["evidences-disagree"]);
    expect(codes(good, [count(2, drawn(-10.5, "its standard error is 0.3"))])).toEqual([]);
    const [finding] = selectionFindings([good], [count(1), count(2, drawn(-10.5))]);
    expect(finding?.message).toContain("disagree with 2 experts");
  });

  test("stands in for one that is uncertain or was left out", () => {
    expect(codes(good, [count(2, { ...bad, ...drawn(-12) })])).toEqual([]);
    expect(codes(good, [count(2, { ...bad, ...drawn(-12, "why") })])).toEqual([
      "evidence-uncertain",
    ]);
    expect(codes(good, [{ ...bare, ...drawn(-12) }])).toEqual([]);
    expect(codes(good, [{ ...bare, ...drawn(-12, "why") }])).toEqual(["evidence-left-out"]);
  });

  test("gives way to the more certain of two", () => {
    expect(bestEvidence(count(2, drawn(-10.1)))).toEqual({
      value: -10.1,
      se: 0.05,
      unreliable: false,
    });
    const certain = { value: -10, se: 0.01, unreliable: false };
    expect(bestEvidence(count(2, { ...drawn(-10.1), logEvidence: certain }))).toBe(certain);
  });

  test("gives prior times evidence, normalised, where every number has one", () => {
    const of = (components: number, value: number): OneCount => ({
      ...bare,
      ...drawn(value),
      components,
    });
    const counts = [of(1, -12), of(2, -12 + Math.log(6))];
    const [first, second] = posteriorByEvidence(counts, [0.75, 0.25])!;
    expect(first!.value).toBeCloseTo(1 / 3, 12);
    // Odds of 2 whose log has the error √2 · 0.05.
    expect(second!.se).toBeCloseTo((2 / 9) * Math.SQRT2 * 0.05, 12);
    expect(posteriorByEvidence([of(1, -12), bare], [0.75, 0.25])).toBeUndefined();
  });
});

const ofCount = (components: number, pointwise: readonly number[], scale = 1): CountFit => ({
  fitted: undefined as never,
  count: count(components, {
    loo: {
      value: scale * pointwise.reduce((a, b) => a + b, 0),
      se: 1,
      p: 2,
      worstK: 0.1,
      badK: 0,
      pointwise: Float64Array.from(pointwise),
    },
  }),
});

describe("differences of PSIS-LOO", () => {
  test("are to the best, row by row, so that what rows share does not count", () => {
    const counts = withDifferences([ofCount(1, [-1, -5, -3]), ofCount(2, [-0.5, -4, -3])]);
    expect(counts[1]!.loo!.difference).toEqual({ value: 0, se: 0 });
    const { value, se } = counts[0]!.loo!.difference!;
    expect(value).toBeCloseTo(-1.5, 12);
    // sd of (−0.5, −1, 0) is 0.5.
    expect(se).toBeCloseTo(Math.sqrt(3) * 0.5, 12);
  });

  test("of some rows that stand for all are scaled as the sums are", () => {
    const counts = withDifferences([ofCount(1, [-1, -5], 10), ofCount(2, [-0.5, -4], 10)]);
    expect(counts[0]!.loo!.difference!.value).toBeCloseTo(-15, 12);
    expect(counts[0]!.loo!.difference!.se).toBeCloseTo(10 * Math.sqrt(2 * 0.125), 12);
  });
});

test("the verdict names the number, its probability and what the priors and the predictions say", () => {
  const flat = own([0.1, 0.7, 0.2]);
  const other = { ...flat, prior: "another", probability: [0.6, 0.3, 0.1] };
  const counts = withDifferences([ofCount(1, [-1]), ofCount(2, [-0.5])]);
  expect(selectionVerdict([flat], counts, true)).toBe(
    "2 experts with posterior probability 0.700 ± 0.02 (K uniform on 1 … 3), the likeliest under every prior that was tried." +
      " PSIS-LOO is highest with that number, too.",
  );
  expect(selectionVerdict([flat, other], counts, true)).toContain(
    "but 1 or 2, depending on the prior",
  );
  expect(selectionVerdict([flat], counts, false)).toContain("Problems were found");
});
