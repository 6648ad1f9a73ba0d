import type { Covariates } from "../../diagnostics/losses/covariates.ts";
import { tanh } from "../../models/experts/tanh-function.ts";
import { compileText } from "../../models/known/text.ts";
import type { Table } from "../core/data.ts";
import { tableFrom } from "../data/table.ts";
import { fastLog } from "../math/exp.ts";
import type { Vector } from "../math/matrix.ts";
import { categoricalFromLog } from "../math/random/categorical.ts";
import { normal } from "../math/random/normal.ts";
import { type Rng, uniform } from "../math/rng.ts";
import type { CovariatesPlan, TrueExpert, Truth } from "./plan.ts";

/** The names of the covariates: x, or x1, x2, … */
export function covariateNames({ covariates }: Pick<Truth, "covariates">): string[] {
  const q = (covariates.kind === "uniform" ? covariates.lower : covariates.mean)!.length;
  return q === 1 ? ["x"] : Array.from({ length: q }, (_, c) => `x${c + 1}`);
}

/** The family of a truth's experts, as models name it. */
export const familyOf = ({ experts }: Pick<Truth, "experts">): "gaussian" | "tanh" =>
  experts[0]!.amplitude === undefined ? "gaussian" : "tanh";

/** The formula of the truth's own model: all covariates in experts and gate, unless its weights are constant. */
export function formulaOf(truth: Pick<Truth, "covariates" | "gate" | "experts">): string {
  const terms = covariateNames(truth).join(" + ");
  const inside = familyOf(truth) === "tanh" ? `0 + ${terms}` : terms;
  return truth.gate === undefined ? `y ~ ${inside}` : `y ~ ${inside} | ${terms}`;
}

/** n rows of covariates and response drawn from a truth. */
export function drawData(rng: Rng, truth: Truth, n: number): Table {
  const names = covariateNames(truth);
  const x = new Float64Array(names.length);
  const logWeights = new Float64Array(truth.experts.length);
  const columns = names.map(() => new Float64Array(n));
  const y = new Float64Array(n);
  const fromKnown: number[] = [];
  for (let i = 0; i < n; i++) {
    drawCovariates(rng, truth.covariates, x);
    for (let c = 0; c < x.length; c++) columns[c]![i] = x[c]!;
    if (truth.lambda !== undefined && uniform(rng) >= truth.lambda) {
      fromKnown.push(i);
      continue;
    }
    writeLogWeights(truth, x, logWeights);
    const expert = truth.experts[categoricalFromLog(rng, logWeights)]!;
    y[i] = meanOf(expert, x) + expert.sd * normal(rng);
  }
  const covariates = Object.fromEntries(names.map((name, c) => [name, columns[c]!]));
  if (truth.known !== undefined) {
    const known = compileText(truth.known, tableFrom({ ...covariates, y }), y);
    known.simulate(rng, Int32Array.from(fromKnown), y);
  }
  return tableFrom({ ...covariates, y });
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

function writeLogWeights({ gate, weights }: Truth, x: Vector, out: Vector): void {
  for (let k = 0; k < out.length; k++) {
    out[k] =
      weights === undefined
        ? linear(gate![k]!.intercept, gate![k]!.slopes, 0, x)
        : fastLog(weights[k]!);
  }
}

function meanOf({ coefficients, amplitude }: TrueExpert, x: Vector): number {
  return amplitude === undefined
    ? linear(coefficients[0]!, coefficients, 1, x)
    : amplitude * tanh(linear(0, coefficients, 0, x));
}

function linear(intercept: number, slopes: readonly number[], from: number, x: Vector): number {
  let total = intercept;
  for (let c = 0; c < x.length; c++) total += slopes[from + c]! * x[c]!;
  return total;
}

/** The distribution of covariates as distances between densities take it. */
export function covariatesOf({ covariates }: Pick<Truth, "covariates">): Covariates {
  const { kind, lower = [], upper = [], mean = [], sd = [] } = covariates;
  return kind === "uniform" ? { kind, lower, upper } : { kind, mean, sd };
}
