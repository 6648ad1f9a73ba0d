import { expect, it } from "vitest";
import { newton } from "../../../src/math/newton.ts";

/** −log(1 + e^(−n x)): concave, and rising for ever. */
function rising(count: { evaluations: number }) {
  return newton({
    dimension: 1,
    evaluate(point) {
      count.evaluations++;
      return -Math.log1p(Math.exp(-point[0]!));
    },
    newtonStep(point, step) {
      const p = 1 / (1 + Math.exp(point[0]!));
      step[0] = p / (p * (1 - p) + 1e-12);
      return p * step[0]!;
    },
  });
}

it("does not creep towards infinity for long", () => {
  const count = { evaluations: 0 };
  const point = Float64Array.of(0);
  rising(count)(point, 1e-30);
  expect(point[0]).toBeGreaterThan(10);
  expect(point[0]).toBeLessThan(40);
  expect(count.evaluations).toBeLessThan(35);
});

it("ends at a maximum to the last digits, from afar", () => {
  const climb = newton({
    dimension: 1,
    evaluate: (point) => 3 * point[0]! - Math.exp(point[0]!),
    newtonStep(point, step) {
      const gradient = 3 - Math.exp(point[0]!);
      step[0] = gradient / Math.exp(point[0]!);
      return gradient * step[0]!;
    },
  });
  const point = Float64Array.of(-4);
  climb(point, 1e-12);
  expect(point[0]).toBeCloseTo(Math.log(3), 12);
});
