import { describe, expect, it } from "vitest";
import { logRate, slopeOf, trimmedMean } from "../../../src/experiments/slopes.ts";
import { type Setting, theoryOf } from "../../../src/experiments/theory.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";

const SIZES = [500, 1000, 2000, 4000, 8000];

/** Values c n^power e^(spread · normal): their log median has slope `power`. */
function samples(seed: number, power: number, spread: number, replicates: number) {
  const rng = createRng(seed);
  return SIZES.map((n) => ({
    n,
    values: Float64Array.from({ length: replicates }, () => {
      const noise = spread * normal(rng);
      return 3 * n ** power * Math.exp(noise);
    }),
  }));
}

describe("slopeOf", () => {
  it("is exact on a power law, on log n and on log(log n / n)", () => {
    const { estimate, low, high } = slopeOf(createRng(1), samples(1, -0.25, 0, 9))!;
    for (const value of [estimate, low, high]) expect(value).toBeCloseTo(-0.25, 12);
    const values = SIZES.map((n) => ({
      n,
      values: Float64Array.of(Math.sqrt(Math.log(n) / n)),
    }));
    expect(slopeOf(createRng(1), values, logRate)!.estimate).toBeCloseTo(0.5, 12);
  });

  it("has an interval that holds the slope about as often as it says", () => {
    const ROUNDS = 200;
    let held = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { low, high } = slopeOf(createRng(2, round), samples(round, -0.5, 0.5, 20))!;
      if (low <= -0.5 && -0.5 <= high) held += 1;
    }
    // 0.95 less what a percentile bootstrap of medians of 20 may lack (0.04), and 4 sd of 200 rounds on either side.
    const sd = Math.sqrt((0.95 * 0.05) / ROUNDS);
    expect(held / ROUNDS).toBeGreaterThan(0.91 - 4 * sd);
    expect(held / ROUNDS).toBeLessThan(1);
  });

  it("gives the same interval from the same stream, and another from another", () => {
    const data = samples(3, -0.5, 0.5, 10);
    expect(slopeOf(createRng(4), data)).toEqual(slopeOf(createRng(4), data));
    expect(slopeOf(createRng(5), data)!.low).not.toBe(slopeOf(createRng(4), data)!.low);
  });

  it("leaves out sizes without positive values, and needs two", () => {
    const [first, second] = samples(1, -0.5, 0, 3);
    const empty = { n: 16000, values: new Float64Array(0) };
    const zero = { n: 32000, values: new Float64Array(3) };
    expect(slopeOf(createRng(1), [first!, second!, empty, zero])!.estimate).toBeCloseTo(-0.5, 12);
    expect(slopeOf(createRng(1), [first!, empty, zero])).toBeUndefined();
  });
});

describe("trimmedMean", () => {
  it("leaves out a tenth at either end", () => {
    const values = Float64Array.of(1000, 1, 2, 3, 4, 5, 6, 7, 8, -1000);
    expect(trimmedMean(values)).toBe(36 / 8);
    expect(trimmedMean(Float64Array.of(1, 2, 9))).toBe(4);
  });
});

describe("theoryOf", () => {
  const lines: Setting = {
    surplus: 0,
    trueK: 3,
    fewest: 3,
    experts: "gaussian",
    gate: "softmax",
    known: "none",
  };
  const slope = (measure: string, setting: Partial<Setting>) =>
    theoryOf(measure, { ...lines, ...setting })?.slope;

  it.each([
    ["loss", 0, -1 / 2],
    ["single_gate", 2, -1 / 2],
    ["shared_gate", 1, -1 / 4],
    ["shared_slopes", 2, -1 / 4],
    ["shared_intercept", 1, -1 / 8],
    ["shared_intercept", 2, -1 / 12],
    ["shared_variance", 1, -1 / 4],
    ["shared_variance", 2, -1 / 6],
    ["merged", 1, -1 / 2],
  ])("%s with %i experts more than the truth", (measure, surplus, expected) => {
    expect(slope(measure, { surplus })).toBeCloseTo(expected, 15);
  });

  it("knows the slower rates that are published", () => {
    const published = (measure: string, setting: Partial<Setting>) =>
      theoryOf(measure, { ...lines, ...setting })!.published;
    expect(published("shared_gate", { surplus: 1 })).toBeCloseTo(-1 / 8, 15);
    expect(published("shared_slopes", { surplus: 2 })).toBeCloseTo(-1 / 6, 15);
    expect(published("shared_slopes", { surplus: 2, gate: "constant" })).toBeUndefined();
    expect(published("shared_gate", { surplus: 1, experts: "tanh" })).toBeUndefined();
  });

  it.each(["gate", "amplitude", "slopes", "variance"])(
    "curves that share a true one are a quarter in every coordinate: %s",
    (what) => {
      for (const surplus of [1, 2]) {
        expect(slope(`shared_${what}`, { surplus, experts: "tanh" })).toBe(-1 / 4);
      }
      expect(slope(`single_${what}`, { surplus: 1, experts: "tanh" })).toBe(-1 / 2);
    },
  );

  it("is silent where gate slopes are not identified, and where experts are lacking", () => {
    const twice = { surplus: 2, trueK: 2 };
    expect(slope("loss", twice)).toBeUndefined();
    expect(slope("loss", { ...twice, gate: "constant" })).toBe(-1 / 2);
    expect(slope("functional", twice)).toBe(-1 / 2);
    expect(slope("hellinger", twice)).toBe(-1 / 2);
    expect(slope("hellinger", { surplus: -1 })).toBeUndefined();
    expect(slope("shared_gate", { surplus: undefined })).toBeUndefined();
    expect(slope("loss", { surplus: undefined })).toBe(-1 / 2);
  });

  it("of a share beside a known density says what is identified", () => {
    const constant = { gate: "constant", surplus: 1 } as const;
    expect(slope("lambda", { ...constant, known: "distinguishable" })).toBe(-1 / 2);
    expect(slope("lambda", { ...constant, known: "overlapping" })).toBeUndefined();
    expect(slope("lambda_outside", { ...constant, known: "overlapping" })).toBe(-1 / 2);
    expect(slope("single_slopes", { ...constant, known: "overlapping" })).toBe(-1 / 4);
    expect(slope("single_slopes", { ...constant, known: "distinguishable" })).toBe(-1 / 2);
    // Two fitted for two, one of which may vanish into the known density: the two then share the other.
    const vanishing = {
      ...constant,
      known: "overlapping",
      surplus: 0,
      trueK: 2,
      fewest: 1,
    } as const;
    expect(slope("shared_intercept", vanishing)).toBe(-1 / 8);
    expect(slope("shared_variance", vanishing)).toBe(-1 / 4);
  });
});
