import * as v from "valibot";
import type {
  Distribution,
  DistributionDeclaration,
  Support,
} from "../../src/core/distribution.ts";
import { byKind, declare, must, type Schema } from "../declare.ts";
import { betaFamily } from "./beta.ts";
import { exponentialFamily } from "./exponential.ts";
import type { DistributionFamily } from "./family.ts";
import { gammaFamily } from "./gamma.ts";
import { halfCauchyFamily } from "./half-cauchy.ts";
import { halfNormalFamily } from "./half-normal.ts";
import { inverseGammaFamily } from "./inverse-gamma.ts";
import { normalFamily } from "./normal.ts";
import { studentTFamily } from "./student-t.ts";
import { uniformFamily } from "./uniform.ts";

/** Every univariate distribution that may be a prior: adding one is a file and a line here. */
export const distributions: readonly DistributionFamily[] = [
  normalFamily,
  studentTFamily,
  halfNormalFamily,
  halfCauchyFamily,
  inverseGammaFamily,
  gammaFamily,
  exponentialFamily,
  uniformFamily,
  betaFamily,
];

const byName = new Map(distributions.map((family) => [family.kind, family]));

const distributionSchema = byKind(new Map(distributions.map(({ kind, schema }) => [kind, schema])));

/** What a declared distribution can do. Throws a ModelError that names the parameter that is wrong. */
export function compileDistribution(declaration: DistributionDeclaration): Distribution {
  const { kind } = declare(distributionSchema, declaration, "distribution");
  return byName.get(kind)!.compile(declaration);
}

const WORDS: Readonly<Record<Support, string>> = {
  real: "real numbers",
  positive: "positive numbers",
  unit: "numbers between 0 and 1",
  count: "whole numbers",
};

/** A declared distribution that can be a prior on `support`. */
export function priorOn(support: Support): Schema<DistributionDeclaration> {
  const kinds = distributions
    .filter(({ supports }) => supports.includes(support))
    .map((family) => family.nameOn(support));
  return v.pipe(
    distributionSchema,
    v.check(
      (declaration) => byName.get(declaration.kind)!.fits(declaration, support),
      must(`a prior on ${WORDS[support]} (${kinds.join(", ")})`),
    ),
  );
}
