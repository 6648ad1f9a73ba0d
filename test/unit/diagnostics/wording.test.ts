import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparison, rounded, sentence, toScale } from "../../../diagnostics/findings/wording.ts";

describe("an inequality that is shown", () => {
  test.each([
    [1.0104, 1.01, 4, "1.0104 > 1.01"],
    [1.01004, 1.01, 4, "1.01004 > 1.01"],
    [1.74123, 1.1, 4, "1.741 > 1.1"],
    [0.104, 0.1, 2, "0.104 > 0.1"],
    [399.97, 400, 4, "399.97 < 400"],
    [Number.POSITIVE_INFINITY, 1.1, 4, "Infinity > 1.1"],
  ])("has the digits that %d and %d need", (value, limit, digits, shown) => {
    expect(comparison(value, limit, digits)).toBe(shown);
  });

  test("is true of the digits shown, whatever the numbers", () => {
    const number = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: -1e-3, max: 1e-3, noNaN: true }), (limit, share) => {
        const value = limit * (1 + share);
        fc.pre(value !== limit);
        const [left, sign, right] = comparison(value, limit).split(" ");
        expect(Math.sign(Number(left) - Number(right))).toBe(sign === ">" ? 1 : -1);
        expect(sign).toBe(value > limit ? ">" : "<");
      }),
      { seed: 1 },
    );
  });
});

test("a mean is shown with two digits of its sd", () => {
  expect(toScale(-540.8123, 2.3)).toBe("-540.8");
  expect(toScale(-12345.6, 23)).toBe("-12346");
  expect(toScale(-469, 2)).toBe("-469.0");
  expect(toScale(3, 0)).toBe("3");
});

test("a sentence has a capital and one full stop", () => {
  expect(sentence("chains disagree; run longer")).toBe("Chains disagree; run longer.");
  expect(sentence("Done.")).toBe("Done.");
});

test("numbers of a list are rounded alike", () => {
  expect([1.23456, 12.3456, 1234.56].map(rounded)).toEqual(["1.235", "12.35", "1235"]);
});
