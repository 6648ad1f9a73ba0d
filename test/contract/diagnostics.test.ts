import { describe, expect, test } from "vitest";
import { essTail } from "../../diagnostics/ess-tail.ts";
import { diagnostics } from "../../diagnostics/index.ts";
import { reason, reasonFor } from "../../diagnostics/reason.ts";
import { createRng, uniform } from "../../src/math/rng.ts";

/** Four autocorrelated chains whose distribution has no symmetry. */
function makeChains(seed: number): Float64Array[] {
  return [0, 1, 2, 3].map((chain) => {
    const rng = createRng(seed, chain);
    let level = 0;
    return Float64Array.from({ length: 200 }, () => {
      level = 0.6 * level - Math.log(uniform(rng));
      return level;
    });
  });
}

const scales = (name: string) => name.startsWith("mcse");

describe.each(Object.values(diagnostics))("$name", (diagnostic) => {
  const chains = makeChains(1);
  const value = diagnostic.compute(chains);

  test("names its source", () => {
    expect(diagnostic.reference).toMatch(/\[[a-z]+\d{4}\]/);
  });

  test("is a finite number for ordinary draws, without a reason", () => {
    expect(Number.isFinite(value)).toBe(true);
    expect(reasonFor(diagnostic, chains)).toBeUndefined();
  });

  test("leaves the draws as they were", () => {
    const before = chains.map((chain) => chain.slice());
    diagnostic.compute(chains);
    expect(chains).toEqual(before);
  });

  test("does not depend on the order of the chains", () => {
    expect(diagnostic.compute(chains.toReversed())).toBeCloseTo(value, 9);
  });

  test("follows a change of location and scale", () => {
    const moved = chains.map((chain) => chain.map((x) => 16 * x + 3));
    expect(diagnostic.compute(moved)).toBeCloseTo(scales(diagnostic.name) ? 16 * value : value, 8);
  });

  test.each([
    ["constant", [new Float64Array(50).fill(3), new Float64Array(50).fill(3)]],
    ["not-finite", makeChains(2).map((chain) => chain.with(5, NaN))],
    ["too-few-draws", [Float64Array.of(1), Float64Array.of(2)]],
    ["too-few-draws", []],
  ] as const)("is NaN, and says why, for %s draws", (why, draws) => {
    expect(diagnostic.compute(draws)).toBeNaN();
    expect(reason(draws)).toBe(why);
    expect(reasonFor(diagnostic, draws)).toBe(why);
  });

  test("returns a number for any draws", () => {
    for (const draws of [
      [Infinity, -Infinity, 1, 2, 3, 4, 5, 6],
      [0, 0, 0, 0, 0, 1, 1],
      [1e308, -1e308, 0, 0, 0, 0],
    ]) {
      expect(typeof diagnostic.compute([Float64Array.from(draws)])).toBe("number");
    }
  });
});

test("draws that vary while their tail does not are called discrete", () => {
  const chains = [0, 1].map((chain) =>
    Float64Array.from({ length: 100 }, (_, t) => (t * t + chain) % 2),
  );
  expect(reason(chains)).toBeUndefined();
  expect(reasonFor(essTail, chains)).toBe("discrete");
});
