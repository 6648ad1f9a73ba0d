import { describe, expect, test } from "vitest";
import { assign } from "../../../src/math/assignment.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

function orders(K: number): number[][] {
  if (K === 0) return [[]];
  return orders(K - 1).flatMap((order) =>
    Array.from({ length: K }, (_, at) => [...order.slice(0, at), K - 1, ...order.slice(at)]),
  );
}

describe("optimal assignment", () => {
  test("has the largest total among all orders, negative scores and ties included", () => {
    const rng = createRng(5);
    for (let trial = 0; trial < 60; trial++) {
      const K = 1 + (trial % 5);
      const score = matrix(
        K,
        K,
        Float64Array.from({ length: K * K }, () => Math.round(10 * (uniform(rng) - 0.7))),
      );
      const out = new Int32Array(K);
      assign(score, out);
      const total = (order: ArrayLike<number>) =>
        Array.from(order).reduce((sum, column, i) => sum + score.data[i * K + column]!, 0);
      expect(new Set(out).size).toBe(K);
      expect(total(out)).toBe(Math.max(...orders(K).map(total)));
    }
  });
});
