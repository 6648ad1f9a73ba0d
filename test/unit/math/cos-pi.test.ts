import { expect, test } from "vitest";
import { cosPi } from "../../../src/math/cos-pi.ts";

test("cosPi is the cosine of π x to the last bits, over many periods", () => {
  for (let k = 0; k <= 4000; k++) {
    const x = k / 1000 - 2;
    expect(Math.abs(cosPi(x) - Math.cos(Math.PI * x)), `at ${x}`).toBeLessThan(1e-15);
  }
});

test("cosPi is exact where the cosine is 0, 1 or −1, and even", () => {
  expect([0, 0.5, 1, 1.5, 2, 7, 10.5, -3].map(cosPi)).toEqual([1, 0, -1, 0, 1, -1, 0, -1]);
  expect(cosPi(-0.3)).toBe(cosPi(0.3));
});

test("cosPi is NaN where there is no angle", () => {
  expect(cosPi(Number.POSITIVE_INFINITY)).toBeNaN();
});
