import { describe, expect, test } from "vitest";
import { type VaryingDeclaration, varying } from "../../../models/varying.ts";
import {
  type BandOptions,
  type VaryingBand,
  varyingBands,
} from "../../../src/analysis/varying-bands.ts";
import type { Table } from "../../../src/core/data.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { maximizeVarying, type VaryingFit } from "../../../src/run/varying-fit.ts";
import { type Family, numbers, varyingCase, varyingTable } from "../../helpers/varying-cases.ts";

const GRID = 9;

function fitted(
  family: Family,
  K: number,
  {
    n = 200,
    bandwidth = 0.3,
    what = varying("u"),
    table = varyingTable(family, n, 3),
  }: Fitted = {},
): { fit: VaryingFit; table: Table } {
  const model = varyingCase(family, K, what);
  return { fit: maximizeVarying(model, table, { bandwidth, grid: GRID }), table };
}

interface Fitted {
  readonly n?: number;
  readonly bandwidth?: number;
  readonly what?: VaryingDeclaration;
  readonly table?: Table;
}

const limits = ["lower", "upper", "simultaneousLower", "simultaneousUpper"] as const;

/** The largest difference of limits, in standard errors; of log odds the two numbers are taken as they are. */
function apart(a: readonly VaryingBand[], b: readonly VaryingBand[]): number {
  let most = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  a.forEach((band, f) => {
    for (const key of limits) {
      band[key].forEach((value, g) => {
        most = Math.max(most, Math.abs(value - b[f]![key][g]!) / band.se[g]!);
      });
    }
  });
  return most;
}

describe.each(["gaussian", "binomial", "negative-binomial"] as const)("bands: %s", (family) => {
  const { fit, table } = fitted(family, 2);
  const at = tableFrom({ x: [-1, 0.5] });
  const result = varyingBands(fit, table, { at, contrasts: true });
  const all = [...result.curves, ...result.contrasts, ...result.probabilities];

  test("hold the curves they lie around, the simultaneous ones more than the intervals", () => {
    expect(result.findings.filter(({ severity }) => severity === "problem")).toEqual([]);
    expect(result.curves.map(({ term }) => term)).toEqual(fit.curves.map(({ term }) => term));
    for (const band of all) {
      expect(band.u).toEqual(fit.grid);
      expect(band.critical).toBeGreaterThan(1.97);
      band.centre.forEach((centre, g) => {
        expect(band.lower[g]!).toBeLessThan(centre);
        expect(centre).toBeLessThan(band.upper[g]!);
        expect(band.simultaneousLower[g]!).toBeLessThan(band.lower[g]!);
        expect(band.upper[g]!).toBeLessThan(band.simultaneousUpper[g]!);
      });
    }
    result.curves.forEach(({ estimate }, f) => {
      estimate.forEach((value, g) => {
        expect(value).toBeCloseTo(fit.curves[f]!.value[g]!, 10);
      });
    });
  });

  test("of the two components' gates mirror each other, and so do probabilities", () => {
    const of = (bands: readonly VaryingBand[], part: string, component: number) =>
      bands.filter((band) => band.part === part && band.component === component);
    const [first, second] = [of(result.curves, "gate", 1), of(result.curves, "gate", 2)];
    first.forEach((band, j) => {
      band.lower.forEach((value, g) => {
        expect(value).toBeCloseTo(-second[j]!.upper[g]!, 8);
      });
    });
    const [p, q] = [1, 2].map((c) => of(result.probabilities, "probability", c));
    p!.forEach((band, j) => {
      band.simultaneousLower.forEach((value, g) => {
        expect(value).toBeGreaterThan(0);
        expect(value).toBeCloseTo(1 - q![j]!.simultaneousUpper[g]!, 8);
      });
    });
  });

  test("of probabilities are those of rows of the gate's coefficients", () => {
    const rows = tableFrom({ x: [0, 1, 2, 3] });
    const { probabilities, contrasts } = varyingBands(fit, table, { at: rows, contrasts: true });
    const [none, ...other] = probabilities.filter(({ component }) => component === 2);
    const level = contrasts.find(({ part, term }) => part === "gate" && term === "(Intercept)")!;
    const logit = (p: number): number => Math.log(p / (1 - p));
    for (const key of ["estimate", "centre", ...limits] as const) {
      none![key].forEach((p, g) => {
        expect(logit(p)).toBeCloseTo(level[key][g]!, 6);
      });
    }
    // The variance of a + b x is a parabola in x: third differences vanish.
    none!.se.forEach((se, g) => {
      const [a, b, c, d] = [se, ...other.map((band) => band.se[g]!)].map((s) => s * s);
      expect(Math.abs(d! - 3 * c! + 3 * b! - a!)).toBeLessThan(1e-8 * d!);
      expect(se).toBeCloseTo(level.se[g]!, 8);
    });
  });

  test("of contrasts lie around differences; the gate's is twice its curve", () => {
    for (const contrast of result.contrasts) {
      const [a, b] = [contrast.component, contrast.against!].map((c) =>
        result.curves.find(
          ({ component, part, term }) =>
            component === c && part === contrast.part && term === contrast.term,
        ),
      );
      contrast.estimate.forEach((value, g) => {
        expect(value).toBeCloseTo(a!.estimate[g]! - b!.estimate[g]!, 10);
        expect(contrast.se[g]!).toBeLessThan((a!.se[g]! + b!.se[g]!) * (1 + 1e-9));
        if (contrast.part === "gate") expect(contrast.se[g]! / a!.se[g]!).toBeCloseTo(2, 8);
      });
    }
  });

  test("depend neither on the order of the rows nor on shift and scale of the index", () => {
    const columns: Record<string, number[]> = {};
    for (const name of ["y", "u", "z", "x", "trials"]) columns[name] = [...numbers(table, name)];
    const turned = tableFrom(
      Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, of.toReversed()])),
    );
    expect(apart(varyingBands(fit, turned).curves, result.curves)).toBeLessThan(1e-6);
    const moved = tableFrom({ ...columns, u: columns["u"]!.map((u) => 1000 - 250 * u) });
    const other = fitted(family, 2, { table: moved });
    const mirrored = varyingBands(other.fit, moved).curves.map((band) => {
      const back = <T>(values: readonly T[]): T[] => values.toReversed();
      const ends = limits.map((key) => [key, back(band[key])]);
      return { ...band, se: back(band.se), ...Object.fromEntries(ends) };
    });
    expect(apart(mirrored, result.curves)).toBeLessThan(1e-4);
  });

  test("by drawn critical values are nearly those of the tube, and the same for a seed", () => {
    const draws = 4000;
    const drawn = varyingBands(fit, table, { kind: "multiplier", draws });
    drawn.curves.forEach(({ critical }, f) => {
      const tube = result.curves[f]!.critical;
      const sd = Math.sqrt((0.05 * 0.95) / draws) / (tube * 0.05);
      // Drawn at 9 points, the tube holds what lies between as well.
      expect(critical - tube).toBeLessThan(4 * sd);
      expect(tube - critical).toBeLessThan(0.25);
    });
    expect(varyingBands(fit, table, { kind: "multiplier", draws })).toEqual(drawn);
    const other = varyingBands(fit, table, { kind: "multiplier", draws, seed: 2 });
    expect(other.curves[0]!.critical).not.toBe(drawn.curves[0]!.critical);
  });
});

describe("what does not vary", () => {
  const what = varying("u", { experts: ["(Intercept)"], gate: [], dispersion: false });
  const { fit, table } = fitted("gaussian", 2, { n: 300, what });
  const { constants, curves, findings } = varyingBands(fit, table, { bias: "none" });

  test("has one interval, that of each grid point", () => {
    expect(findings).toEqual([]);
    const terms = constants.map(({ component, part, term }) => `${part} ${component} ${term}`);
    expect(terms).toContain("experts 1 z");
    expect(terms).not.toContain("experts 1 (Intercept)");
    const slope = constants.find(({ part, component }) => part === "experts" && component === 1)!;
    const band = curves.find(({ term, component }) => term === "z" && component === 1)!;
    for (const g of [0, 4, 8]) {
      expect(band.lower[g]).toBeCloseTo(slope.lower, 8);
      expect(band.simultaneousLower[g]).toBeCloseTo(slope.lower, 4);
    }
    // Of least squares with all residuals known to be component 1's: sd 0.35, about 0.4 · 300 rows.
    expect(slope.se).toBeGreaterThan(0.35 / Math.sqrt(0.5 * 300));
    expect(slope.se).toBeLessThan((2 * 0.35) / Math.sqrt(0.4 * 300));
  });

  test("is held no wider than the same coefficient varying", () => {
    const all = fitted("gaussian", 2, { table });
    const free = varyingBands(all.fit, table, { bias: "none" }).curves;
    const hybrid = curves.find(({ term, component }) => term === "z" && component === 2)!;
    const varies = free.find(({ term, component }) => term === "z" && component === 2)!;
    hybrid.se.forEach((se, g) => {
      expect(se).toBeLessThan(varies.se[g]!);
    });
  });
});

describe("sizes", () => {
  test("one component has no gate to be unsure of", () => {
    const { fit, table } = fitted("gaussian", 1);
    const { curves, probabilities } = varyingBands(fit, table, { at: tableFrom({ x: [0] }) });
    const gate = curves.filter(({ part }) => part === "gate");
    for (const band of gate) expect([band.lower[3], band.upper[3]]).toEqual([0, 0]);
    expect(probabilities[0]!.lower[0]).toBe(1);
    const z = curves.find(({ term }) => term === "z")!;
    expect(z.se.every((se) => se > 0)).toBe(true);
  });

  test("more components than the rows carry: no band where there is none, and why", () => {
    const { fit, table } = fitted("gaussian", 6, { n: 300, bandwidth: 0.4 });
    const { curves, findings } = varyingBands(fit, table);
    expect(findings.some(({ code }) => code === "no-band")).toBe(true);
    for (const band of curves) {
      const without = new Set((band.missing ?? []).map(({ u }) => u));
      band.u.forEach((u, g) => {
        expect(Number.isNaN(band.lower[g]!)).toBe(without.has(u));
      });
    }
  });

  test("grid points that the fit has left out are not in the bands", () => {
    const whole = varyingTable("gaussian", 300, 3);
    const kept = [...numbers(whole, "u")]
      .map((u, i) => ({ u, i }))
      .filter(({ u }) => u < 0.3 || u > 0.7);
    const table = tableFrom(
      Object.fromEntries(
        ["y", "u", "z", "x"].map((name) => [name, kept.map(({ i }) => numbers(whole, name)[i]!)]),
      ),
    );
    const { fit } = fitted("gaussian", 2, { table, bandwidth: 0.15 });
    expect(fit.leftOut.length).toBeGreaterThan(0);
    const { curves } = varyingBands(fit, table);
    expect(curves[0]!.u).toEqual(fit.grid);
  });
});

test("a band that a few rows decide is told of: a row far out makes the log sd around it theirs", () => {
  const table = varyingTable("gaussian", 300, 3);
  const y = numbers(table, "y");
  const far = numbers(table, "u").findIndex((u) => Math.abs(u - 0.5) < 0.01);
  const moved = Float64Array.from(y, (value, i) => (i === far ? value - 3 : value));
  const outlier = tableWith(table, "y", moved);
  const { fit } = fitted("gaussian", 2, { table: outlier });
  const told = varyingBands(fit, outlier);
  const flagged = told.curves.flatMap(({ part, onFewRows = [] }) =>
    part === "dispersion" ? onFewRows : [],
  );
  expect(flagged.some((u) => Math.abs(u - 0.5) < 0.2)).toBe(true);
  expect(told.findings.map(({ code }) => code)).toContain("band-on-few-rows");
  for (const band of told.curves) {
    band.u.forEach((u, g) => {
      const quantile = (band.simultaneousUpper[g]! - band.centre[g]!) / band.se[g]!;
      expect(band.onFewRows?.includes(u) ?? false).toBe(quantile > 2 * band.critical);
    });
  }
  const plain = varyingBands(fit, outlier, { smallSample: false });
  expect(plain.findings).toEqual([]);
});

const tableWith = (table: Table, name: string, values: Float64Array): Table =>
  tableFrom({
    ...Object.fromEntries([...table.columns.keys()].map((key) => [key, numbers(table, key)])),
    [name]: values,
  });

describe("what cannot be", () => {
  const { fit, table } = fitted("gaussian", 2);
  const throws = (options: BandOptions, other = table) => {
    return expect(() => varyingBands(fit, other, options));
  };

  test("is refused with what was found", () => {
    throws({ level: 1 }).toThrow(/`level` must be between 0 and 1; got 1/);
    throws({ kind: "multiplier", draws: 10 }).toThrow(/`draws`.*got 10/);
    throws({}, varyingTable("gaussian", 200, 4)).toThrow(/the table that was fitted/);
    throws({}, varyingTable("gaussian", 150, 3)).toThrow(/got 150 rows/);
    const path = maximizeVarying(varyingCase("gaussian", 2), table, {
      ...{ bandwidth: 0.3, grid: GRID, estimator: "label-consistent" },
    });
    expect(() => varyingBands(path, table)).toThrow(/estimator "local"; got "label-consistent"/);
  });
});
