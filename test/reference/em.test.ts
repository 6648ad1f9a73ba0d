import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromFormula, type MaximumSummary, maximize, readTable } from "../../src/index.ts";

const reference = JSON.parse(readFileSync("test/reference/em.json", "utf8"));
const table = await readTable("test/reference/tone.csv");
const maximum = async (formula: string, components: number, seed = 1): Promise<MaximumSummary> =>
  (await maximize(fromFormula({ formula, components }), table, { seed, starts: 10 })).summary;
const numbers = (name: string): number[] => {
  const column = table.columns.get(name);
  if (column === undefined || column.kind === "factor") throw new Error(name);
  return [...column.values];
};
const GATES = { constant: "tuned ~ stretchratio", softmax: "tuned ~ stretchratio | stretchratio" };

describe("maxima of the tone data", () => {
  for (const kind of ["constant", "softmax"] as const) {
    test(`are those of other software with a ${kind} gate`, async () => {
      const found = await maximum(GATES[kind], 2);
      const { logLikelihood, bic, coefficients, sd } = reference[kind];
      expect(Math.abs(found.logLikelihood - logLikelihood)).toBeLessThan(1e-4);
      expect(Math.abs(found.bic - bic)).toBeLessThan(0.006);
      found.components.forEach((component, k) => {
        const values = Object.values(component.coefficients).map(({ estimate }) => estimate);
        values.forEach((value, j) => {
          expect(Math.abs(value - coefficients[k][j])).toBeLessThan(1e-3);
        });
        expect(Math.abs(component.sd!.estimate - sd[k])).toBeLessThan(1e-3);
      });
      expect(found.converged).toBe(true);
      expect(found.gradientNorm).toBeLessThan(1e-6);
    });
  }

  test("have the gate of the reference", async () => {
    const [first, second] = (await maximum(GATES.softmax, 2)).components;
    ["(Intercept)", "stretchratio"].forEach((term, j) => {
      const logit = first!.gate[term]!.estimate - second!.gate[term]!.estimate;
      expect(Math.abs(logit - reference.softmax.logit[j])).toBeLessThan(1e-3);
    });
  });

  test("have the same census for the same seed", async () => {
    const [one, other] = await Promise.all([3, 3].map((seed) => maximum(GATES.softmax, 2, seed)));
    expect(one!.census).toEqual(other!.census);
  });

  test("are told to be degenerate with three experts", async () => {
    const codes = (await maximum(GATES.softmax, 3)).findings.map(({ code }) => code);
    expect(codes.some((code) => code.startsWith("degenerate"))).toBe(true);
  });

  test("with one expert are least squares", async () => {
    const y = numbers("tuned");
    const x = numbers("stretchratio");
    const average = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
    const [mx, my] = [average(x), average(y)];
    const slope =
      average(x.map((v, i) => (v - mx) * (y[i]! - my))) / average(x.map((v) => (v - mx) ** 2));
    const sd = Math.sqrt(average(y.map((v, i) => (v - my - slope * (x[i]! - mx)) ** 2)));
    const [only] = (await maximum(GATES.constant, 1)).components;
    expect(only!.coefficients["stretchratio"]!.estimate).toBeCloseTo(slope, 10);
    expect(only!.sd!.estimate).toBeCloseTo(sd, 10);
  });
});

test("one start more can be given, row by row, and its component numbers begin with 1", async () => {
  const model = fromFormula({ formula: GATES.softmax, components: 2 });
  const given = numbers("tuned").map((y, i) =>
    Math.abs(y - numbers("stretchratio")[i]!) < 0.05 ? 2 : 1,
  );
  const { climbs } = await maximize(model, table, { starts: 2, given });
  expect(climbs.map(({ start }) => start)).toEqual(["kmeans", "random", "given"]);
  await expect(maximize(model, table, { given: [1, 2] })).rejects.toThrow("got nothing in row 3");
});

test("constraints take degrees of freedom away, and the floor of an sd is told", async () => {
  const model = fromFormula({ formula: GATES.softmax, components: 2 });
  const free = await maximize(model, table, { starts: 3 });
  const equal = await maximize(model, table, {
    starts: 3,
    equalSd: true,
    shared: ["stretchratio"],
  });
  expect(equal.summary.df).toBe(free.summary.df - 2);
  expect(equal.summary.logLikelihood).toBeLessThan(free.summary.logLikelihood);
  const [first, second] = equal.summary.components;
  expect(first!.sd).toEqual(second!.sd);
  expect(first!.coefficients["stretchratio"]!.estimate).toBeCloseTo(
    second!.coefficients["stretchratio"]!.estimate,
    10,
  );
  const floored = await maximize(model, table, { starts: 3, sdFloor: 0.1 });
  expect(floored.summary.findings.map(({ code }) => code)).toContain("sd-at-floor");
  expect(floored.summary.components[0]!.sd!.estimate).toBeCloseTo(0.1, 12);
});
