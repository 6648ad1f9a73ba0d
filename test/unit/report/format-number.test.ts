import { describe, expect, it } from "vitest";
import {
  formatCount,
  formatEstimate,
  formatFixed,
  formatNumber,
  formatPercent,
  formatSeconds,
} from "../../../src/report/format-number.ts";

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [2, "2"],
    [-160, "−160"],
    [0.0021, "0.00210"],
    [2.7164, "2.72"],
    [1234.5, "1235"],
    [99.96, "100.0"],
    [0.000012, "1.20e−5"],
    [-12345678, "−1.23e+7"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("writes %s as %s", (x, text) => {
    expect(formatNumber(x)).toBe(text);
  });

  it("shows as many significant digits as asked for", () => {
    expect(formatNumber(0.04976, 2)).toBe("0.050");
    expect(formatNumber(Math.PI, 5)).toBe("3.1416");
  });
});

describe("formatFixed", () => {
  it("never writes minus zero", () => {
    expect(formatFixed(-0.001, 2)).toBe("0.00");
  });

  it("takes a negative number of decimals as none", () => {
    expect(formatFixed(1234.6, -2)).toBe("1235");
  });
});

describe("formatEstimate", () => {
  it("ends at the digit that the Monte Carlo error has reached", () => {
    expect(formatEstimate(-1951.2345, 0.052)).toBe("−1951.23");
    expect(formatEstimate(0.10134, 0.0002)).toBe("0.1013");
    expect(formatEstimate(1951.2, 3.4)).toBe("1951");
    expect(formatEstimate(1951.2, 34)).toBe("1951");
  });

  it("falls back to significant digits without a usable error or where decimals run out", () => {
    expect(formatEstimate(1.23456, Number.NaN)).toBe("1.23");
    expect(formatEstimate(1.23456, 0)).toBe("1.23");
    expect(formatEstimate(1.23456e-9, 1e-12)).toBe("1.235e−9");
    expect(formatEstimate(Number.NaN, 0.1)).toBe("–");
  });
});

describe("counts, shares and times", () => {
  it("sets thousands apart from ten thousand on", () => {
    expect(formatCount(4000)).toBe("4000");
    expect(formatCount(1234567.4)).toBe("1\u202f234\u202f567");
    expect(formatCount(Number.NaN)).toBe("–");
  });

  it("writes shares as percentages", () => {
    expect([0.583, 0, 0.0001, 1].map(formatPercent)).toEqual(["58%", "0%", "< 1%", "100%"]);
  });

  it("writes times as people say them", () => {
    expect([0.42, 12.7, 59.99, 61, 3599.9, 7384].map(formatSeconds)).toEqual([
      "0.42 s",
      "13 s",
      "60 s",
      "1 min 1 s",
      "1 h 0 min",
      "2 h 3 min",
    ]);
  });
});
