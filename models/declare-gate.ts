import * as v from "valibot";
import type { DistributionDeclaration } from "../src/core/distribution.ts";
import type {
  ConstantGateDeclaration,
  GateDeclaration,
  SoftmaxDeclaration,
} from "../src/core/model.ts";
import { byKind, declare, keyed, oneOf, type Schema } from "./declare.ts";
import { oneSided } from "./declare-formula.ts";
import { dirichletSchema } from "./priors/dirichlet.ts";
import { priorOn } from "./priors/index.ts";

export const baselineSchema = oneOf("none", "last");

const softmaxSchema: Schema<SoftmaxDeclaration> = keyed({
  kind: v.literal("softmax"),
  formula: oneSided,
  prior: v.exactOptional(priorOn("real")),
  baseline: v.exactOptional(baselineSchema),
});

const constantSchema: Schema<ConstantGateDeclaration> = keyed({
  kind: v.literal("constant"),
  prior: v.exactOptional(byKind(new Map([["dirichlet", dirichletSchema]]))),
});

export const gateSchema: Schema<GateDeclaration> = byKind(
  new Map<string, Schema<GateDeclaration>>([
    ["softmax", softmaxSchema],
    ["constant", constantSchema],
  ]),
);

const given = <K extends string, T>(key: K, value: T | undefined) =>
  value === undefined ? {} : { [key]: value };

/**
 * Probabilities that are a softmax of linear predictors; `prior` is that of every coefficient.
 * baseline "none" (default): every component has a row, iid a priori; "last": the last row is zero.
 */
export function softmax(
  formula: string,
  prior?: DistributionDeclaration,
  options: { readonly baseline?: "none" | "last" } = {},
): SoftmaxDeclaration {
  const gate = { ...options, kind: "softmax", formula, ...given("prior", prior) };
  return declare(softmaxSchema, gate, "softmax gate", "softmax");
}

/** Weights that do not depend on covariates: an ordinary mixture, its weights `dirichlet` a priori. */
export function constant(prior?: DistributionDeclaration): ConstantGateDeclaration {
  const gate = { kind: "constant", ...given("prior", prior) };
  return declare(constantSchema, gate, "constant gate", "constant");
}
