import { expect, test } from "vitest";
import { createRng, int32, integerBelow, uniform } from "../../../src/math/rng.ts";
import { chiSquareTail, uniformityTest } from "../../helpers/statistics.ts";
import { drawMany, pearson } from "../../helpers/variates.ts";

test("the bits of a stream never change", () => {
  const rng = createRng(1, 0);
  expect([int32(rng), int32(rng), int32(rng)]).toEqual([-410473025, 622155831, -77260479]);
  expect(uniform(createRng(2026, 3))).toBe(0.19449584156075617);
});

test("uniforms lie in the open interval and reach close to both ends", () => {
  const draws = drawMany(uniform, 1_000_000, 1).sort();
  expect(draws[0]).toBeGreaterThan(0);
  expect(draws[0]).toBeLessThan(2e-5);
  expect(draws.at(-1)).toBeLessThan(1);
  expect(draws.at(-1)).toBeGreaterThan(1 - 2e-5);
});

test("the least and the greatest uniform are inside the interval", () => {
  // A state whose next two words are all zeros, and one whose next two words are all ones.
  expect(uniform(Int32Array.of(0, 0, 0, 0))).toBeGreaterThan(0);
  // Word 1: a + b + counter = −1. Word 2: (b ^ b >>> 9) + 9 c + counter + 1 = −1 with b = counter = 0.
  const nine = Math.imul(-2, 0x38e38e39);
  expect(uniform(Int32Array.of(-1, 0, nine, 0))).toBe(1 - 2 ** -53);
});

test("uniforms are uniform by Kolmogorov's test and in 256 cells of either half of the bits", () => {
  const draws = drawMany(uniform, 256_000, 2);
  expect(uniformityTest("uniform", draws).p).toBeGreaterThan(1e-3);
  for (const scale of [256, 2 ** 40]) {
    const counts = new Array<number>(256).fill(0);
    for (const u of draws) counts[Math.floor(u * scale) % 256]!++;
    expect(pearson(counts, new Array(256).fill(1 / 256))).toBeGreaterThan(1e-3);
  }
});

test("successive uniforms are independent in pairs", () => {
  const rng = createRng(3);
  const counts = new Array<number>(256).fill(0);
  for (let i = 0; i < 128_000; i++) {
    const [a, b] = [Math.floor(16 * uniform(rng)), Math.floor(16 * uniform(rng))];
    counts[16 * a + b]!++;
  }
  expect(pearson(counts, new Array(256).fill(1 / 256))).toBeGreaterThan(1e-3);
});

test("first words of neighbouring streams are independent and balanced in every bit", () => {
  const n = 20_000;
  for (const path of [(k: number) => [k, 0], (k: number) => [7, k]]) {
    const words = Array.from({ length: n }, (_, k) => int32(createRng(...path(k))));
    for (let bit = 0; bit < 32; bit++) {
      const ones = words.filter((word) => (word >>> bit) & 1).length;
      const turns = words.filter((word, k) => k > 0 && ((word ^ words[k - 1]!) >>> bit) & 1).length;
      // 128 tests at 1e-6 each.
      expect(chiSquareTail((2 * ones - n) ** 2 / n, 1)).toBeGreaterThan(1e-6);
      expect(chiSquareTail((2 * turns - n + 1) ** 2 / (n - 1), 1)).toBeGreaterThan(1e-6);
    }
  }
});

test("different paths open different streams, also among hundreds of thousands", () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 50_000; seed++) {
    for (let chain = 0; chain < 4; chain++) seen.add(createRng(seed, chain).join());
  }
  expect(seen.size).toBe(200_000);
});

test("every part of a path counts: order, length, sign and the bits above 32", () => {
  const paths = [[1, 2], [2, 1], [1], [1, 0], [-1], [2 ** 32 + 1], [0], [2 ** 32], [0, 0], []];
  expect(new Set(paths.map((path) => createRng(...path).join())).size).toBe(paths.length);
});

test("a copy of the words is a copy of the stream", () => {
  const rng = createRng(5);
  uniform(rng);
  const copied = rng.slice();
  expect(uniform(copied)).toBe(uniform(rng));
});

test("whole numbers below a bound are unbiased", () => {
  const rng = createRng(6);
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[integerBelow(rng, 7)]!++;
  expect(pearson(counts, new Array(7).fill(1 / 7))).toBeGreaterThan(1e-3);
  // 3 · 2^30: without rejection the lower third would come twice as often.
  const thirds = [0, 0, 0];
  for (let i = 0; i < 30_000; i++) thirds[Math.floor(integerBelow(rng, 3 * 2 ** 30) / 2 ** 30)]!++;
  expect(pearson(thirds, new Array(3).fill(1 / 3))).toBeGreaterThan(1e-3);
});
