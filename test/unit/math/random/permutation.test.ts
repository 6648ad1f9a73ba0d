import { expect, test } from "vitest";
import { permutation } from "../../../../src/math/random/permutation.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { pearson } from "../../../helpers/variates.ts";

test("all 24 orders of four things are equally likely", () => {
  const rng = createRng(51);
  const counts = new Map<string, number>();
  const out = new Int32Array(4);
  for (let i = 0; i < 48_000; i++) {
    permutation(rng, out);
    counts.set(out.join(), (counts.get(out.join()) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  expect(pearson([...counts.values()], new Array(24).fill(1 / 24))).toBeGreaterThan(1e-3);
});

test("what the vector held before does not matter", () => {
  const out = Int32Array.of(7, 7, 7);
  permutation(createRng(52), out);
  expect([...out].sort()).toEqual([0, 1, 2]);
});
