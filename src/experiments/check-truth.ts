import { columnsOfText } from "../../models/known/parse.ts";
import { ModelError, MoebiusError } from "../core/errors.ts";
import type { CovariatesPlan, Truth } from "./plan.ts";
import { covariateNames } from "./truth.ts";

/** Throws a ModelError with the path of what does not hold. */
export function must(holds: boolean, path: string, message: string): void {
  if (!holds) throw new ModelError(`\`${path}\` of the plan ${message}`, { path });
}

/** Weights may be written with so much rounding. */
const ROUNDING = 1e-9;

/** Throws a ModelError with the path of the first part of a truth that does not fit the others. */
export function checkTruth(truth: Truth, path: string): void {
  const q = checkCovariates(truth.covariates, path);
  checkGate(truth, q, path);
  checkExperts(truth, q, path);
  checkDeviation(truth, path);
}

/** Returns how many there are. */
function checkCovariates(covariates: CovariatesPlan, path: string): number {
  const { lower = [], upper = [], mean = [], sd = [] } = covariates;
  const [first, second] = covariates.kind === "uniform" ? [lower, upper] : [mean, sd];
  must(
    second.length === first.length,
    `${path}.covariates`,
    `must have as many of each number; got ${first.length} and ${second.length}`,
  );
  upper.forEach((to, c) => {
    must(
      to > lower[c]!,
      `${path}.covariates.upper[${c}]`,
      `must be above lower, ${lower[c]}; got ${to}`,
    );
  });
  return first.length;
}

function checkGate({ gate, weights, experts }: Truth, q: number, path: string): void {
  must(
    (gate === undefined) !== (weights === undefined),
    `${path}.gate`,
    `must be given, or else \`weights\`; got ${gate === undefined ? "neither" : "both"}`,
  );
  if (weights !== undefined) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    must(
      weights.length === experts.length,
      `${path}.weights`,
      `must have one an expert; got ${weights.length} for ${experts.length} experts`,
    );
    must(Math.abs(total - 1) <= ROUNDING, `${path}.weights`, `must sum to 1; they sum to ${total}`);
    return;
  }
  must(
    gate!.length === experts.length,
    `${path}.gate`,
    `must have a row an expert; got ${gate!.length} rows for ${experts.length} experts`,
  );
  gate!.forEach(({ slopes }, k) => {
    must(
      slopes.length === q,
      `${path}.gate[${k}].slopes`,
      `must have ${q} numbers, one a covariate; got ${slopes.length}`,
    );
  });
}

function checkExperts({ experts }: Truth, q: number, path: string): void {
  const isTanh = experts[0]!.amplitude !== undefined;
  experts.forEach(({ coefficients, amplitude }, k) => {
    must(
      (amplitude !== undefined) === isTanh,
      `${path}.experts[${k}].amplitude`,
      "must be given for all experts (curves) or for none (lines)",
    );
    const [wanted, are] = isTanh
      ? [q, "a slope a covariate"]
      : [q + 1, "the intercept and a slope a covariate"];
    must(
      coefficients.length === wanted,
      `${path}.experts[${k}].coefficients`,
      `must have ${wanted} numbers, ${are}; got ${coefficients.length}`,
    );
  });
}

function checkDeviation(truth: Truth, path: string): void {
  const { known, lambda, weights, experts } = truth;
  must(
    (known === undefined) === (lambda === undefined),
    `${path}.${known === undefined ? "known" : "lambda"}`,
    "must be given where the other of `known` and `lambda` is",
  );
  if (known === undefined) return;
  must(
    weights !== undefined && experts[0]!.amplitude === undefined,
    `${path}.known`,
    "must come with `weights` and lines: losses of other deviated mixtures are not offered",
  );
  const names = covariateNames(truth);
  for (const column of columnsOf(known, path)) {
    must(
      names.includes(column),
      `${path}.known`,
      `must be arithmetic in ${names.join(", ")}; got a column "${column}"`,
    );
  }
}

function columnsOf(known: string, path: string): string[] {
  try {
    return columnsOfText(known);
  } catch (error) {
    if (!(error instanceof MoebiusError)) throw error;
    throw new ModelError(`\`${path}.known\` of the plan: ${error.message}`, { path }, error);
  }
}
