import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { binomial, gaussian, softmax } from "../../models/index.ts";
import { varying, varyingMoe } from "../../models/varying.ts";
import type { CoefficientCurve } from "../../src/core/varying-fit.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import {
  maximizeVarying,
  type VaryingFit,
  type VaryingOptions,
} from "../../src/run/varying-fit.ts";
import binomialReference from "./varying/binomial.json" with { type: "json" };
import gaussianReference from "./varying/gaussian.json" with { type: "json" };

const common = { gate: softmax("~ x1"), components: 2, varying: varying("u"), standardize: false };
const cases = {
  gaussian: {
    model: varyingMoe({ ...common, experts: gaussian("y ~ z1") }),
    reference: gaussianReference,
    penalty: { gate: 1e-6, dispersion: 0 },
    tolerance: 5e-3,
  },
  binomial: {
    model: varyingMoe({ ...common, experts: binomial("success ~ z1 + trials(trials)") }),
    reference: binomialReference,
    penalty: { experts: 1, gate: 1e-6 },
    tolerance: 2e-2,
  },
};

/** R's grid is on the unit scale of the index. */
function fitTo(family: keyof typeof cases, options: VaryingOptions): VaryingFit {
  const { model, reference, penalty } = cases[family];
  const text = readFileSync(`test/reference/varying/${family}.csv`, "utf8");
  const table = parseTable(text);
  const u = table.columns.get("u");
  if (u?.kind !== "numeric") throw new Error("u must be numeric");
  const [low, high] = [Math.min(...u.values), Math.max(...u.values)];
  const grid = reference.grid.map((at) => low + at * (high - low));
  return maximizeVarying(model, table, {
    bandwidth: reference.bandwidth,
    grid,
    penalty,
    ...options,
  });
}

/** The largest difference of values of R's curves from ours. */
function largest(
  { curves }: VaryingFit,
  theirs: Readonly<Record<string, readonly number[]>>,
  nameOf: (curve: CoefficientCurve) => string,
): number {
  let most = 0;
  for (const curve of curves) {
    const expected = theirs[nameOf(curve)];
    if (expected === undefined) throw new Error(`no curve ${nameOf(curve)}`);
    curve.value.forEach((value, g) => {
      const ours = curve.part === "dispersion" ? Math.exp(value) : value;
      most = Math.max(most, Math.abs(ours - expected[g]!));
    });
  }
  return most;
}

const PARTS = { experts: "expert", gate: "gating", dispersion: "sigma" };
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe.each(["gaussian", "binomial"] as const)("VCMoE's data, %s", (family) => {
  const { reference, tolerance } = cases[family];

  test("local maxima are no lower than R's and lie where its tolerance lets them", () => {
    const local = fitTo(family, {});
    const reached = local.points.map(({ logLikelihood }) => logLikelihood);
    expect(sum(reached)).toBeGreaterThan(sum(reference.localLogLikelihood) - 0.05);
    expect(Math.abs(sum(reached) - sum(reference.localLogLikelihood))).toBeLessThan(0.1);
    const nameOf = ({ part, component, term }: CoefficientCurve) =>
      `${PARTS[part]}[${component},${part === "dispersion" ? "sigma" : term}]`;
    expect(largest(local, reference.curves, nameOf)).toBeLessThan(tolerance);
    expect(local.points.every(({ converged, ambiguous }) => converged && !ambiguous)).toBe(true);
  });

  test("label-consistent EM comes to the same fixed point", () => {
    const path = fitTo(family, { estimator: "label-consistent" });
    const nameOf = ({ part, component, term }: CoefficientCurve) =>
      part === "dispersion"
        ? `sigma[${component}]`
        : `${PARTS[part]}_${term.replace(/[()]/g, "")}[${component}]`;
    const theirs = reference.labelConsistent.curves as Record<string, readonly number[]>;
    expect(largest(path, theirs, nameOf)).toBeLessThan(1e-3);
    expect(path.nearestLogLikelihood).toBeCloseTo(
      reference.labelConsistent.nearestLogLikelihood,
      3,
    );
    expect(path.settled).toBe(true);
  });
});

test("the fixed point of label-consistent EM is not the maximum of the local likelihoods", () => {
  const local = fitTo("gaussian", {});
  const path = fitTo("gaussian", { estimator: "label-consistent" });
  const total = ({ points }: VaryingFit): number => sum(points.map((point) => point.logLikelihood));
  expect(total(local) - total(path)).toBeGreaterThan(1);
});

test("with the family's own penalties the curves stay within what R resolves", () => {
  const own = fitTo("gaussian", { penalty: {} });
  const nameOf = ({ part, component, term }: CoefficientCurve) =>
    `${PARTS[part]}[${component},${part === "dispersion" ? "sigma" : term}]`;
  expect(largest(own, gaussianReference.curves, nameOf)).toBeLessThan(2e-2);
});
