import * as v from "valibot";
import type { DistributionDeclaration } from "../src/core/distribution.ts";
import type { ExpertPriorDeclaration, ModelDeclaration } from "../src/core/model.ts";
import { byKind, declare, keyed, kindOf, must, type Schema } from "./declare.ts";
import { expertPriorSchema } from "./declare-experts.ts";
import { baselineSchema } from "./declare-gate.ts";
import { lambdaSchema } from "./declare-known.ts";
import { modelSchema, standardizeSchema } from "./moe.ts";
import { dirichletSchema } from "./priors/dirichlet.ts";
import { distributions, priorOn } from "./priors/index.ts";

/** The prior of a gate: of its coefficients, or of its weights where it is dirichlet. */
export interface GatePrior {
  readonly prior: DistributionDeclaration;
  readonly baseline?: "none" | "last";
}

/** Priors without a model: what a prior file says. What is absent gets its default. */
export interface PriorFile {
  readonly experts?: ExpertPriorDeclaration;
  readonly gate?: GatePrior;
  /** Of the share of the mixture beside a known density. */
  readonly lambda?: DistributionDeclaration;
  readonly standardize?: boolean;
}

const onCoefficients = priorOn("real");

const gateDistribution = byKind(
  new Map<string, Schema<DistributionDeclaration>>([
    ...distributions.map(({ kind }) => [kind, onCoefficients] as const),
    ["dirichlet", dirichletSchema],
  ]),
);

const gateObject = v.looseObject(
  { baseline: v.exactOptional(baselineSchema) },
  must("an object with `kind`"),
);

/** In a file `baseline` stands among the parameters of the prior; weights have none. */
const gatePriorSchema: Schema<GatePrior> = v.intersect([
  v.pipe(
    gateObject,
    v.transform(
      ({ baseline }): Pick<GatePrior, "baseline"> => (baseline === undefined ? {} : { baseline }),
    ),
  ),
  v.pipe(
    gateObject,
    v.transform(({ baseline, ...prior }): unknown =>
      baseline !== undefined && kindOf(prior) === "dirichlet" ? { ...prior, baseline } : prior,
    ),
    gateDistribution,
    v.transform((prior) => ({ prior })),
  ),
]);

/** What a prior file must look like. */
export const priorFileSchema: Schema<PriorFile> = keyed({
  experts: v.exactOptional(expertPriorSchema),
  gate: v.exactOptional(gatePriorSchema),
  lambda: v.exactOptional(lambdaSchema),
  standardize: v.exactOptional(standardizeSchema),
});

/** A model from JSON, validated and frozen. Throws a ModelError with the path of what is wrong. */
export function parseModel(json: unknown): ModelDeclaration {
  return declare(modelSchema, json, "model");
}

/** Priors from JSON, validated and frozen. Throws a ModelError with the path of what is wrong. */
export function parsePriorFile(json: unknown): PriorFile {
  return declare(priorFileSchema, json, "prior file");
}
