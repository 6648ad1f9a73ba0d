import { expertFamily } from "../../models/experts/index.ts";
import { gateFamily } from "../../models/gates/index.ts";
import { mixtureTarget } from "../../models/target.ts";
import type { Design } from "../../src/core/data.ts";
import type { CountPrior } from "../../src/core/distribution.ts";
import type { ExpertPriorDeclaration, GateDeclaration } from "../../src/core/model.ts";
import type { Target } from "../../src/core/target.ts";
import { matrix } from "../../src/math/matrix.ts";

/** Values without symmetry, mean near 0 and sd near 1: the covariate of every tiny target. */
export const COVARIATE = [-1.5, 0.7, -0.2, 1.8, -1.1, 1.2, 0.1, -0.6, 0.4, -0.9] as const;

/** Responses in no particular pattern, for posteriors with known answers. */
export const RESPONSE = [1.9, -0.4, 0.6, 1.1, 2.3, -1.2, 0.2, 1.4, -0.1, 0.9] as const;

/** Rows of the design of experts and gate alike: an intercept and the covariate, which repeats after ten rows. */
export function designRows(n: number): (readonly [number, number])[] {
  return repeated(COVARIATE, n).map((x) => [1, x] as const);
}

function repeated(values: readonly number[], n: number): number[] {
  return Array.from({ length: n }, (_, i) => values[i % values.length]!);
}

export const offsetOf = (x: number): number => 1.5 - x * x;

/** A mixture of two or three regressions on one covariate, small enough to be known through and through. */
export interface TinyModel {
  /** "gaussian" if absent. */
  readonly family?: string;
  readonly experts: ExpertPriorDeclaration;
  readonly gate: GateDeclaration;
  readonly components: number;
  readonly rows: number;
  readonly offset?: boolean;
  /** How many trials the first rows count the successes of. */
  readonly trials?: readonly number[];
  /** What the gate's covariate is multiplied by; 1 if absent. */
  readonly gateScale?: number;
}

/** A tiny model with a prior on its number of experts. */
export interface RandomModel extends Omit<TinyModel, "components"> {
  readonly components: CountPrior;
}

/** The model on the first rows of COVARIATE; `y` is rewritten when the target simulates itself. */
export function tinyTarget(model: TinyModel | RandomModel, y = tinyResponse(model.rows)): Target {
  const { family = "gaussian", experts, gate, components, rows: n, gateScale = 1 } = model;
  const { offset, trials } = model;
  const X = matrix(n, 2, Float64Array.from(designRows(n).flat()));
  const design: Design = {
    terms: ["(Intercept)", "x"],
    X,
    ...(trials === undefined ? {} : { trials: Float64Array.from(trials.slice(0, n)) }),
  };
  const withOffset = { ...design, offset: Float64Array.from(repeated(COVARIATE, n), offsetOf) };
  const observations = { n, y, design: offset ? withOffset : design };
  const columns = gate.kind === "constant" ? ["(Intercept)"] : ["(Intercept)", "x"];
  const gateRows = designRows(n).map(([one, x]) => [one, gateScale * x].slice(0, columns.length));
  const W = matrix(n, columns.length, Float64Array.from(gateRows.flat()));
  const gateDesign: Design = { terms: columns, X: W };
  const expert = expertFamily(family).compile(observations, experts);
  const compiledGate = gateFamily(gate.kind).compile(gateDesign, gate);
  return mixtureTarget(observations, expert, compiledGate, components, () => features(n));
}

/** The first values of RESPONSE. */
export function tinyResponse(n: number): Float64Array {
  return Float64Array.from(repeated(RESPONSE, n));
}

/** The response and the covariate stand in for each other's scale: both have mean and sd near (0, 1). */
function features(n: number) {
  const pairs = designRows(n).flatMap(([, x], i) => [RESPONSE[i % RESPONSE.length]! - 0.7, x]);
  return matrix(n, 2, Float64Array.from(pairs));
}
