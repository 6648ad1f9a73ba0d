import * as v from "valibot";
import type {
  BoundedDeclaration,
  CoefficientsDeclaration,
  ExpertPriorDeclaration,
  ExpertsDeclaration,
  IndependentDeclaration,
  NormalInverseGammaDeclaration,
  OverdispersedDeclaration,
} from "../src/core/model.ts";
import {
  byKind,
  declare,
  finite,
  keyed,
  must,
  oneOrMany,
  positive,
  type Schema,
} from "./declare.ts";
import { twoSided } from "./declare-formula.ts";
import { experts } from "./experts/index.ts";
import { priorOn } from "./priors/index.ts";

const normalInverseGammaSchema: Schema<NormalInverseGammaDeclaration> = keyed({
  kind: v.literal("normal-inverse-gamma"),
  mean: v.optional(oneOrMany(finite), 0),
  scale: oneOrMany(positive),
  shape: positive,
  rate: positive,
});

const independentSchema: Schema<IndependentDeclaration> = v.pipe(
  keyed({
    kind: v.literal("independent"),
    coefficients: oneOrMany(priorOn("real")),
    variance: v.exactOptional(priorOn("positive")),
    sd: v.exactOptional(priorOn("positive")),
  }),
  v.check(
    ({ variance, sd }) => (variance === undefined) !== (sd === undefined),
    must("a prior on the coefficients and on one of `variance` and `sd`"),
  ),
);

const coefficientsSchema: Schema<CoefficientsDeclaration> = keyed({
  kind: v.literal("coefficients"),
  coefficients: oneOrMany(priorOn("real")),
});

const overdispersedSchema: Schema<OverdispersedDeclaration> = v.pipe(
  keyed({
    kind: v.literal("overdispersed"),
    coefficients: oneOrMany(priorOn("real")),
    size: v.exactOptional(priorOn("positive")),
    dispersion: v.exactOptional(priorOn("positive")),
  }),
  v.check(
    ({ size, dispersion }) => (size === undefined) !== (dispersion === undefined),
    must("a prior on the coefficients and on one of `size` and `dispersion`"),
  ),
);

const boundedSchema: Schema<BoundedDeclaration> = keyed({
  kind: v.literal("bounded"),
  coefficients: oneOrMany(priorOn("real")),
  amplitude: priorOn("positive"),
  sd: priorOn("positive"),
});

export const expertPriorSchema: Schema<ExpertPriorDeclaration> = byKind(
  new Map<string, Schema<ExpertPriorDeclaration>>([
    ["normal-inverse-gamma", normalInverseGammaSchema],
    ["independent", independentSchema],
    ["coefficients", coefficientsSchema],
    ["overdispersed", overdispersedSchema],
    ["bounded", boundedSchema],
  ]),
);

/** What to write where a family takes no other kind of prior. */
const EXAMPLES: Readonly<Record<ExpertPriorDeclaration["kind"], ExpertPriorDeclaration>> = {
  "normal-inverse-gamma": {
    kind: "normal-inverse-gamma",
    mean: 0,
    scale: 100,
    shape: 1,
    rate: 0.01,
  },
  independent: {
    kind: "independent",
    coefficients: { kind: "normal", mean: 0, sd: 10 },
    sd: { kind: "half-normal", sd: 1 },
  },
  coefficients: { kind: "coefficients", coefficients: { kind: "normal", mean: 0, sd: 2.5 } },
  overdispersed: {
    kind: "overdispersed",
    coefficients: { kind: "normal", mean: 0, sd: 2.5 },
    dispersion: { kind: "exponential", rate: 1 },
  },
  bounded: {
    kind: "bounded",
    coefficients: { kind: "normal", mean: 0, sd: 2.5 },
    amplitude: { kind: "half-normal", sd: 2 },
    sd: { kind: "half-normal", sd: 1 },
  },
};

/** The kinds of prior that a family takes, where it is known and does not take all. */
const kindsFor = (family: string) =>
  Object.hasOwn(experts, family) ? experts[family]!.priors : undefined;

export const expertsSchema: Schema<ExpertsDeclaration> = v.pipe(
  keyed({
    family: v.custom<string>(
      (name) => typeof name === "string" && name !== "",
      must('the name of an expert family, such as "gaussian"'),
    ),
    formula: twoSided,
    prior: v.exactOptional(expertPriorSchema),
  }),
  v.check(
    ({ family, prior }) => prior === undefined || (kindsFor(family)?.includes(prior.kind) ?? true),
    ({ input: { family, prior } }) => {
      const kinds = kindsFor(family) ?? [];
      return (
        `must have a prior that ${family} experts take, of kind ${kinds.join(" or ")}; ` +
        `got kind "${prior?.kind}". Write for example ${JSON.stringify(EXAMPLES[kinds[0]!])}.`
      );
    },
  ),
);

type WithoutKind<T> = Omit<T, "kind">;

/**
 * β | σ² ~ N(mean, scale · σ² I), σ² ~ inverse-gamma(shape, rate): conjugate to Gaussian experts.
 * mean (0 if absent) and scale: one number for all coefficients, or one a column of the design.
 */
export function normalInverseGamma(
  prior: Omit<NormalInverseGammaDeclaration, "kind" | "mean"> &
    Partial<Pick<NormalInverseGammaDeclaration, "mean">>,
): NormalInverseGammaDeclaration {
  const kind = "normal-inverse-gamma";
  return declare(normalInverseGammaSchema, { ...prior, kind }, `${kind} prior`, kind);
}

/** Independent priors on the coefficients and on one of `variance` and `sd`. */
export function independent(prior: WithoutKind<IndependentDeclaration>): IndependentDeclaration {
  const kind = "independent";
  return declare(independentSchema, { ...prior, kind }, `${kind} prior`, kind);
}

/**
 * Gaussian linear regressions, one an expert. A prior without `kind` means `independent`.
 * Without a prior: normal–inverse-gamma, weakly informative on the scale of the data.
 */
export function gaussian(
  formula: string,
  prior?: ExpertPriorDeclaration | WithoutKind<IndependentDeclaration>,
): ExpertsDeclaration {
  const experts = { family: "gaussian", formula };
  if (prior === undefined) return declare(expertsSchema, experts, "experts", "gaussian");
  const named = { kind: "independent", ...prior };
  return declare(expertsSchema, { ...experts, prior: named }, "experts", "gaussian");
}
