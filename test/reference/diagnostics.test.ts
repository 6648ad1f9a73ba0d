import { describe, expect, test } from "vitest";
import { diagnostics } from "../../diagnostics/index.ts";
import { summarizeVariable } from "../../diagnostics/summarize.ts";
import posterior from "./diagnostics.json" with { type: "json" };
import eightSchools from "./diagnostics-eight-schools.json" with { type: "json" };

/**
 * Rounding of sums of 1e3 terms and of a rational normal quantile; wrong formulas are off by far
 * more.
 */
const TOLERANCE = 1e-8;

function expectClose(value: number, expected: number): void {
  if (Number.isFinite(expected)) {
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(
      TOLERANCE * Math.min(1, Math.abs(expected)) + 1e-10 * Math.abs(expected),
    );
  } else expect(value).toBe(expected);
}

/** A number, or R's NA, Inf or -Inf as text. */
function fromR(value: number | string): number {
  if (typeof value === "number") return value;
  return value === "NA" ? NaN : Number(value.replace("Inf", "Infinity"));
}

describe("the eight schools example draws", () => {
  const chains = eightSchools.tau.map((draws) => Float64Array.from(draws));
  for (const [name, expected] of Object.entries(eightSchools.values)) {
    test(`${name} of tau is that of posterior 1.7.1`, () => {
      // Printed to ten decimals.
      expect(Math.abs(diagnostics[name]!.compute(chains) - expected)).toBeLessThan(6e-11);
    });
  }
});

describe.each(posterior.cases)("$name", ({ name, chains, values }) => {
  const draws = chains.map((chain) => Float64Array.from(chain, fromR));
  const summary = { ...summarizeVariable(name, draws) };
  for (const [key, expected] of Object.entries(values)) {
    const diagnostic = diagnostics[key];
    if (diagnostic) {
      test(`${key} is that of posterior`, () => {
        expectClose(diagnostic.compute(draws), fromR(expected));
      });
    }
    const summarized = Object.entries(summary).find(([column]) => column === key)?.[1];
    if (typeof summarized === "number") {
      test(`${key} of the summary is R's`, () => {
        expectClose(summarized, fromR(expected));
      });
    }
  }
});

test("every registered convergence diagnostic has a reference value", () => {
  const covered = new Set([
    ...Object.keys(eightSchools.values),
    ...posterior.cases.flatMap((entry) => Object.keys(entry.values)),
  ]);
  expect(Object.keys(diagnostics).filter((name) => !covered.has(name))).toEqual([]);
});
