import * as v from "valibot";
import {
  byKind,
  declare,
  finite,
  keyed,
  must,
  number,
  oneOf,
  positive,
  type Schema,
} from "../../models/declare.ts";
import { priorFileSchema } from "../../models/json.ts";
import { componentsSchema, modelSchema } from "../../models/moe.ts";
import { checkPlan } from "./check-plan.ts";
import type {
  CalibrationPlan,
  ContractionPlan,
  CoveragePlan,
  DesignColumns,
  Fit,
  Plan,
  Truth,
} from "./plan.ts";

const whole = (least: number) =>
  number(`a whole number ≥ ${least}`, (x) => Number.isSafeInteger(x) && x >= least);

const text = v.pipe(v.string(must("text")), v.nonEmpty(must("text that is not empty")));

const some = <T>(each: Schema<T>) =>
  v.pipe(
    v.array(each, must("a list")),
    v.nonEmpty(must("a list with at least one entry")),
  ) as unknown as Schema<T[]>;

const numbers = some(finite);

const covariates = byKind<Truth["covariates"]>(
  new Map<string, Schema<Truth["covariates"]>>([
    ["uniform", keyed({ kind: v.literal("uniform"), lower: numbers, upper: numbers })],
    ["normal", keyed({ kind: v.literal("normal"), mean: numbers, sd: some(positive) })],
  ]),
);

const share = number("a number between 0 and 1", (x) => x > 0 && x < 1);

const truth: Schema<Truth> = keyed({
  name: text,
  covariates,
  gate: v.exactOptional(
    some(keyed({ intercept: finite, slopes: v.array(finite, must("a list of numbers")) })),
  ),
  weights: v.exactOptional(some(positive)),
  experts: some(
    keyed({ coefficients: numbers, amplitude: v.exactOptional(positive), sd: positive }),
  ),
  known: v.exactOptional(text),
  lambda: v.exactOptional(share),
});

const MEASURES = ["loss", "functional", "hellinger", "parameters", "merged", "lambda"] as const;
const CHOICES = ["posterior", "merge-truncate-merge", "dendrogram"] as const;

const method = oneOf("mle", "posterior");

const fit: Schema<Fit> = keyed({
  name: text,
  method,
  components: componentsSchema,
  priors: v.exactOptional(priorFileSchema),
  known: v.exactOptional(text),
  measure: v.optional(v.array(oneOf(...MEASURES), must("a list")), [...MEASURES]),
  choose: v.optional(v.array(oneOf(...CHOICES), must("a list")), []),
  starts: v.optional(whole(1), 10),
  chains: v.optional(whole(1), 2),
  warmup: v.optional(whole(0), 500),
  draws: v.optional(whole(1), 500),
  lossDraws: v.optional(whole(1), 100),
});

/** What every plan says. */
const common = {
  name: text,
  seed: v.optional(whole(0), 1),
  replicates: whole(1),
};

const contraction: Schema<ContractionPlan> = keyed({
  kind: v.literal("contraction"),
  ...common,
  truths: some(truth),
  fits: some(fit),
  sizes: some(whole(1)),
});

const cell: Schema<number | string> = v.custom<number | string>(
  (x) => typeof x === "string" || (typeof x === "number" && Number.isFinite(x)),
  must("a finite number or text"),
);

const columns = v.record(
  v.string(),
  some(cell),
  must("an object of columns"),
) as unknown as Schema<DesignColumns>;

const ownModel = {
  ...common,
  model: modelSchema,
  design: keyed({ columns }),
  chains: v.optional(whole(1), 2),
  warmup: v.optional(whole(0), 500),
  draws: v.optional(whole(1), 1000),
};

const calibration: Schema<CalibrationPlan> = keyed({
  kind: v.literal("calibration"),
  ...ownModel,
  ranks: v.optional(whole(1), 99),
});

const coverage: Schema<CoveragePlan> = keyed({
  kind: v.literal("coverage"),
  ...ownModel,
  method: v.optional(method, "posterior"),
  level: v.optional(share, 0.9),
  truth: keyed({ theta: some(numbers), gamma: some(numbers) }),
  starts: v.optional(whole(1), 10),
});

const planSchema: Schema<Plan> = byKind(
  new Map<string, Schema<Plan>>([
    ["contraction", contraction],
    ["calibration", calibration],
    ["coverage", coverage],
  ]),
);

/**
 * A plan from JSON, defaults filled in and frozen. Throws a ModelError with the path of what is
 * wrong.
 */
export function parsePlan(json: unknown): Plan {
  const plan = declare(planSchema, json, "plan");
  checkPlan(plan);
  return plan;
}
