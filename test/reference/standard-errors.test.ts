import { describe, expect, test } from "vitest";
import { type StandardErrors, standardErrors } from "../../diagnostics/standard-errors.ts";
import { type Compiled, compile, compileReported } from "../../models/compile.ts";
import { fromFormula } from "../../models/declare-from-formula.ts";
import type { Table } from "../../src/core/data.ts";
import type { State } from "../../src/core/target.ts";
import { matrix, row } from "../../src/math/matrix.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, uniform } from "../../src/math/rng.ts";
import { plainEm } from "../helpers/plain-em.ts";
import reference from "./poisson.json" with { type: "json" };

function tableOf(columns: Readonly<Record<string, readonly number[]>>): Table {
  const entries = Object.entries(columns).map(
    ([name, values]) => [name, { kind: "numeric", values: Float64Array.from(values) }] as const,
  );
  return { rows: entries[0]![1].values.length, columns: new Map(entries) };
}

function errorsOf(...fit: Parameters<typeof standardErrors>): StandardErrors {
  const errors = standardErrors(...fit);
  if ("reason" in errors) throw new Error(errors.message);
  return errors;
}

function reportedState({ report, target }: Compiled, state: State): State {
  const theta = matrix(state.theta.rows, target.expert.dimension);
  const gamma = matrix(state.gamma.rows, target.gate.dimension);
  report(state, theta, gamma);
  return { theta, gamma, z: state.z };
}

describe.each([
  ["plain", "y ~ x + w", reference.y],
  ["offset", "y ~ x + w + offset(log(exposure))", reference.y],
  ["large", "y ~ x + w", reference.large],
] as const)("one regression of counts, %s, sampled on standardized columns", (name, formula, y) => {
  test("has the standard errors of R's glm", () => {
    const { x, w, exposure } = reference;
    const model = fromFormula({ formula, family: "poisson", components: 1 });
    const fit = compile(model, tableOf({ x, w, exposure, y }));
    const state = plainEm(fit.target, fit.target.samplePrior(createRng(1, 1)));
    const found = errorsOf(fit.target, state, { report: fit.report }).components[0]!.coefficients;
    ["(Intercept)", "x", "w"].forEach((term, j) => {
      // glm stops at a relative change of 1e-8 of the deviance; its errors are of the step before.
      expect(found[term]!.se / reference.fits[name].sd[j]!).toBeCloseTo(1, 4);
      expect(found[term]!.estimate).toBeCloseTo(reference.fits[name].coef[j]!, 6);
    });
  });
});

/** Years about 2000, on which intercepts and slopes are nearly collinear; two lines far apart. */
function yearly(): Table {
  const rng = createRng(4, 4);
  const year = Array.from({ length: 120 }, () => 2000 + 5 * normal(rng));
  const y = year.map((x) => {
    const up = uniform(rng) < 1 / (1 + Math.exp(-(x - 2000) / 5));
    return (up ? 40 + 2 * (x - 2000) : -30) + 3 * normal(rng);
  });
  return tableOf({ year, y });
}

test.each(["observed", "sandwich"] as const)(
  "%s errors mapped to the scale of the data are those computed there",
  (kind) => {
    const model = fromFormula({ formula: "y ~ year | year", components: 2 });
    const fit = compile(model, yearly());
    const start = fit.target.samplePrior(createRng(3, 1));
    start.theta.data.set([0, 0, 10, 0, 0, 10]);
    row(start.theta, 0)[0] = 40;
    row(start.theta, 1)[0] = -30;
    start.gamma.data.fill(0);
    const state = plainEm(fit.target, start);
    const mapped = errorsOf(fit.target, state, { kind, report: fit.report });
    const raw = compileReported(fit.model, fit.designs, fit.table);
    const there = errorsOf(raw, reportedState(fit, state), { kind });
    expect(mapped.names).toEqual(there.names);
    const R = mapped.names.length;
    for (let j = 0; j < R; j++) {
      const at = j * (R + 1);
      expect(mapped.estimate[j]! / there.estimate[j]!).toBeCloseTo(1, 7);
      // Differences lose digits to the collinearity (condition (2000 / 5)²) on the scale of the data.
      expect(mapped.covariance.data[at]! / there.covariance.data[at]!).toBeCloseTo(1, 2);
    }
  },
);
