import { describe, expect, test } from "vitest";
import { fitVarying } from "../../../src/analysis/varying.ts";
import { predictVarying } from "../../../src/analysis/varying-predict.ts";
import { simulateVarying, type VaryingFamilyName } from "../../../src/analysis/varying-simulate.ts";
import { simulateFromVarying } from "../../../src/analysis/varying-simulate-fit.ts";
import { tableFrom } from "../../../src/data/table.ts";
import type { VaryingFit } from "../../../src/run/varying-fit.ts";
import { numbers } from "../../helpers/varying-cases.ts";

const fits = Object.fromEntries(
  (["gaussian", "binomial", "negative-binomial"] as const).map((family) => {
    const { table, model } = simulateVarying({ family, n: 250, seed: 4, separation: 3 });
    return [family, { table, fit: fitVarying(model, table, { bandwidth: 0.35, grid: 11 }).fit }];
  }),
) as Record<
  VaryingFamilyName,
  { table: ReturnType<typeof simulateVarying>["table"]; fit: VaryingFit }
>;

/** A coefficient of the fit at a grid point. */
const at = (
  { curves }: VaryingFit,
  g: number,
  part: string,
  component: number,
  term?: string,
): number =>
  curves.find((c) => c.part === part && c.component === component && (term ?? c.term) === c.term)!
    .value[g]!;

const OF = {
  gaussian: (eta: number, s: number) => ({ mean: eta, variance: Math.exp(2 * s) }),
  binomial: (eta: number) => {
    const p = 1 / (1 + Math.exp(-eta));
    return { mean: 5 * p, variance: 5 * p * (1 - p) };
  },
  "negative-binomial": (eta: number, s: number) => ({
    mean: Math.exp(eta),
    variance: Math.exp(eta) + Math.exp(2 * eta - s),
  }),
};

describe.each(["gaussian", "binomial", "negative-binomial"] as const)("%s", (family) => {
  const { fit, table } = fits[family];
  const [g, z, x, logSize] = [4, 0.7, -1.2, 0.3];
  const row = { u: [fit.grid[g]!], z1: [z], x1: [x], trials: [5], log_size: [logSize] };
  const predicted = predictVarying(fit, tableFrom(row));

  test("at a grid point is what the curves say there", () => {
    const parts = [1, 2].map((k) => {
      const shift = family === "negative-binomial" ? logSize : 0;
      const eta = at(fit, g, "experts", k, "(Intercept)") + z * at(fit, g, "experts", k, "z1");
      const s = family === "binomial" ? 0 : at(fit, g, "dispersion", k);
      const logit = at(fit, g, "gate", k, "(Intercept)") + x * at(fit, g, "gate", k, "x1");
      return { ...OF[family](eta + shift, s), weight: Math.exp(logit) };
    });
    const total = parts[0]!.weight + parts[1]!.weight;
    const mean = parts.reduce((sum, of) => sum + (of.weight / total) * of.mean, 0);
    const second = parts.reduce(
      (sum, of) => sum + (of.weight / total) * (of.variance + of.mean ** 2),
      0,
    );
    expect(predicted.mean[0]).toBeCloseTo(mean, 9);
    expect(predicted.sd[0]).toBeCloseTo(Math.sqrt(second - mean * mean), 9);
    parts.forEach((of, k) => {
      expect(predicted.components[k]!.mean[0]).toBeCloseTo(of.mean, 9);
      expect(predicted.components[k]!.sd[0]).toBeCloseTo(Math.sqrt(of.variance), 9);
      expect(predicted.components[k]!.probability[0]).toBeCloseTo(of.weight / total, 9);
      expect(predicted.components[k]!.responsibility[0]).toBeNaN();
    });
    expect(predicted.logDensity[0]).toBeNaN();
  });

  test("quantiles, cdf and density are those of the mixture", () => {
    const probabilities = [0.1, 0.5, 0.9];
    const many = tableFrom({
      ...{ u: [fit.grid[g]!, 0.33], z1: [z, -2], x1: [x, 0] },
      ...{ trials: [5, 9], log_size: [logSize, 0], y: [1, 0] },
    });
    const found = predictVarying(fit, many, { probabilities });
    const support = family === "binomial" ? 9 : 400;
    const isCount = family !== "gaussian";
    // Of counts the masses at 0, 1, …; else the density at fine steps.
    const step = isCount ? 1 : 0.002;
    const from = isCount ? 0 : -8;
    const values = Array.from(
      { length: (isCount ? support : 8000) + 1 },
      (_, j) => from + j * step,
    );
    const { at } = predictVarying(fit, many, { at: values });
    for (const i of [0, 1]) {
      const masses = at.map((one) => step * one.density[i]!);
      expect(masses.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
      let below = 0;
      masses.forEach((mass, j) => {
        const cdf = at[j]!.cdf[i]!;
        // By the trapezium rule where y is a real number.
        expect(cdf).toBeCloseTo(below + (isCount ? mass : mass / 2), isCount ? 8 : 5);
        below += mass;
      });
      expect(Math.log(at[isCount ? 1 - i : (1 - i - from) / step]!.density[i]!)).toBeCloseTo(
        found.logDensity[i]!,
        8,
      );
      expect(found.residual[i]).toBe(1 - i - found.mean[i]!);
      probabilities.forEach((p, j) => {
        const q = found.quantiles[j]![i]!;
        const [before, reached] = predictVarying(fit, many, { at: [isCount ? q - 1 : q, q] }).at;
        if (isCount) {
          expect(Number.isInteger(q)).toBe(true);
          expect(before!.cdf[i]!).toBeLessThan(p);
          expect(reached!.cdf[i]!).toBeGreaterThanOrEqual(p);
        } else expect(reached!.cdf[i]!).toBeCloseTo(p, 7);
      });
    }
    expect(found.cdf[0]).toBeCloseTo(predictVarying(fit, many, { at: [1] }).at[0]!.cdf[0]!, 12);
  });

  test("the response changes responsibilities and the density, never the mean", () => {
    const seen = [0, 5].map((y) => predictVarying(fit, tableFrom({ ...row, y: [y] })));
    for (const one of seen) {
      expect(one.mean).toEqual(predicted.mean);
      expect(one.logDensity[0]).toBeLessThan(0);
      const shares = one.components.map(({ responsibility }) => responsibility[0]!);
      expect(shares[0]! + shares[1]!).toBeCloseTo(1, 12);
    }
    expect(seen[0]!.components[1]!.responsibility[0]).toBeLessThan(
      seen[1]!.components[1]!.responsibility[0]!,
    );
  });

  test("of the rows that were fitted sums to the fit's log-likelihood, in the order of the table", () => {
    const { logDensity, mean } = predictVarying(fit, table);
    expect(logDensity.reduce((a, b) => a + b, 0)).toBeCloseTo(fit.logLikelihood, 8);
    const last = table.rows - 1;
    const cells = Object.fromEntries(
      [...table.columns.keys()].map((name) => [name, [numbers(table, name)[last]!]]),
    );
    expect(predictVarying(fit, tableFrom(cells)).mean[0]).toBe(mean[last]);
  });

  test("responses drawn from a fit have the means and variances predicted", () => {
    const n = 4000;
    const column = (name: string) =>
      Array.from({ length: n }, (_, i) => numbers(table, name)[i % table.rows]!);
    const names = [...table.columns.keys()].filter((name) => name !== "y");
    const many = tableFrom(Object.fromEntries(names.map((name) => [name, column(name)])));
    const { mean, sd, components } = predictVarying(fit, many);
    const drawn = simulateFromVarying(fit, many, { seed: 9 });
    const y = numbers(drawn.table, "y");
    const scaled = y.map((value, i) => (value - mean[i]!) / sd[i]!);
    const squares = scaled.map((value) => value * value);
    const average = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / n;
    expect(Math.abs(average(scaled))).toBeLessThan(4 / Math.sqrt(n));
    const spread = Math.sqrt(average(squares.map((s) => s * s)) - average(squares) ** 2);
    expect(Math.abs(average(squares) - 1)).toBeLessThan((4 * spread) / Math.sqrt(n));
    const first = drawn.component.filter((k) => k === 1).length / n;
    const expected = average(components[0]!.probability);
    expect(Math.abs(first - expected)).toBeLessThan((4 * 0.5) / Math.sqrt(n));
    expect(numbers(simulateFromVarying(fit, many, { seed: 9 }).table, "y")).toEqual(y);
  });
});

describe("an index where the fit says nothing", () => {
  const { fit } = fits.gaussian;
  const inner = fitVarying(fit.model, fits.gaussian.table, { bandwidth: 0.35, grid: [0.3, 0.6] });
  const rows = (u: number[]) =>
    tableFrom({ u, z1: u.map(() => 0), x1: u.map(() => 0), y: u.map(() => 0) });

  test("outside the data is refused, or taken at the end and told", () => {
    expect(() => predictVarying(fit, rows([0.5, 1.2]))).toThrow(/it is 1.2 in row 2/);
    const taken = predictVarying(fit, rows([1.2, fit.index.high]), { extrapolate: true });
    expect(taken.outside).toBe(1);
    expect(taken.mean[0]).toBe(taken.mean[1]);
    expect(taken.findings.map(({ code }) => code)).toEqual(["index-outside"]);
  });

  test("between the grid's end and the data's has the coefficients of the end, and is told", () => {
    const { mean, beyondGrid, findings } = predictVarying(inner.fit, rows([0.3, 0.1, 0.45]));
    expect(mean[1]).toBe(mean[0]);
    expect(mean[2]).not.toBe(mean[0]);
    expect(beyondGrid).toBe(1);
    expect(findings[0]!.code).toBe("index-beyond-grid");
  });

  test("probabilities and values that are none are refused", () => {
    expect(() => predictVarying(fit, rows([0.5]), { probabilities: [1] })).toThrow(/got 1/);
    expect(() => predictVarying(fit, rows([0.5]), { at: [Number.NaN] })).toThrow(/got NaN/);
  });

  test("missing covariates are named, responses may be missing here and there", () => {
    const holes = tableFrom({ u: [0.4, 0.5], z1: [0, Number.NaN], x1: [0, 0] });
    expect(() => predictVarying(fit, holes)).toThrow(/z1.*row 2/);
    const some = tableFrom({ u: [0.4, 0.4], z1: [0, 0], x1: [0, 0], y: [Number.NaN, 1] });
    const { mean, logDensity } = predictVarying(fit, some);
    expect(mean[0]).toBe(mean[1]);
    expect([...logDensity].map(Number.isNaN)).toEqual([true, false]);
  });
});
