import type { Covariates } from "../../diagnostics/losses/covariates.ts";
import type { Table } from "../core/data.ts";
import { tableFrom } from "../data/table.ts";
import type { Vector } from "../math/matrix.ts";
import { categoricalFromLog } from "../math/random/categorical.ts";
import { normal } from "../math/random/normal.ts";
import { type Rng, uniform } from "../math/rng.ts";
import type { CovariatesPlan, Truth } from "./plan.ts";

/** The names of the covariates: x, or x1, x2, … */
export function covariateNames({ gate }: Pick<Truth, "gate">): string[] {
  const q = gate[0]!.slopes.length;
  return q === 1 ? ["x"] : Array.from({ length: q }, (_, c) => `x${c + 1}`);
}

/** The formula of the truth's own model: all covariates in experts and gate. */
export function formulaOf(truth: Pick<Truth, "gate">): string {
  const terms = covariateNames(truth).join(" + ");
  return `y ~ ${terms} | ${terms}`;
}

/** n rows of covariates and response drawn from a truth. */
export function drawData(rng: Rng, truth: Truth, n: number): Table {
  const names = covariateNames(truth);
  const x = new Float64Array(names.length);
  const logWeights = new Float64Array(truth.gate.length);
  const columns = names.map(() => new Float64Array(n));
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    drawCovariates(rng, truth.covariates, x);
    truth.gate.forEach(({ intercept, slopes }, k) => {
      logWeights[k] = linear(intercept, slopes, 0, x);
    });
    const { coefficients, sd } = truth.experts[categoricalFromLog(rng, logWeights)]!;
    y[i] = linear(coefficients[0]!, coefficients, 1, x) + sd * normal(rng);
    for (let c = 0; c < x.length; c++) columns[c]![i] = x[c]!;
  }
  return tableFrom({ ...Object.fromEntries(names.map((name, c) => [name, columns[c]!])), y });
}

function drawCovariates(
  rng: Rng,
  { kind, lower, upper, mean, sd }: CovariatesPlan,
  out: Vector,
): void {
  for (let c = 0; c < out.length; c++) {
    out[c] =
      kind === "uniform"
        ? lower![c]! + (upper![c]! - lower![c]!) * uniform(rng)
        : mean![c]! + sd![c]! * normal(rng);
  }
}

function linear(intercept: number, slopes: readonly number[], from: number, x: Vector): number {
  let total = intercept;
  for (let c = 0; c < x.length; c++) total += slopes[from + c]! * x[c]!;
  return total;
}

/** The distribution of covariates as distances between densities take it. */
export function covariatesOf({ covariates }: Truth): Covariates {
  const { kind, lower = [], upper = [], mean = [], sd = [] } = covariates;
  return kind === "uniform" ? { kind, lower, upper } : { kind, mean, sd };
}
