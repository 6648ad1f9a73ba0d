import { UsageError } from "../../src/core/errors.ts";
import type { State, Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import { type Matrix, matrix } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { initialize, type Start } from "../initialize.ts";
import { fitToGroups, indicators } from "./fit-to-groups.ts";
import { wardPartition } from "./ward.ts";
import { fromLarger, fromSmaller, fromUngated, type Warm } from "./warm-starts.ts";

/** Models whose fits lend a start. */
type Lender = "smaller" | "larger" | "ungated";

/**
 * Where EM starts. Beside those of chains (experts on groups or on a few random rows): random
 * responsibilities; Ward's groups; a fit with one expert fewer, one more, or a gate without
 * covariates; a given allocation.
 */
export type EmStart = Start | "responsibilities" | "agglomerative" | Lender | "given";

/** The kinds in the order in which they take turns. */
export const emStarts: readonly EmStart[] = [
  "kmeans",
  "random",
  "responsibilities",
  "agglomerative",
  "em",
  "smaller",
  "ungated",
  "larger",
  "prior",
];

export interface EmStartNeeds {
  readonly target: Target;
  /** The same rows with another number of experts or a gate without covariates; undefined where there is none. */
  related(what: {
    readonly components?: number;
    readonly constantGate?: boolean;
  }): Target | undefined;
  /** For "given": the component of each row, 0 … K − 1. */
  readonly given?: Int32Array;
  /** Of the fits that lend a start; 0 if absent. */
  readonly sdFloor?: number;
  /** Of these fits too, as in `EmSettings`. */
  readonly tolerance?: number | undefined;
}

export interface EmStartState {
  readonly state: State;
  /** The model that this start comes from, and the log-likelihood it reached. */
  readonly from?: { readonly model: Lender; readonly logLikelihood: number };
}

/**
 * A state that EM can climb from. A kind that cannot be (no smaller model than one expert, a gate
 * that has no covariates anyway) is "random" instead.
 */
export function emStart(rng: Rng, needs: EmStartNeeds, kind: EmStart): EmStartState {
  const { target } = needs;
  const K = componentsOf(target);
  switch (kind) {
    case "smaller":
    case "larger":
    case "ungated": {
      const warm = lent(rng, needs, kind, K);
      return warm === undefined
        ? { state: initialize(rng, target, "random") }
        : { state: warm.state, from: { model: kind, logLikelihood: warm.logLikelihood } };
    }
    case "responsibilities":
      return { state: fitToGroups(rng, target, randomResponsibilities(rng, K, target.n)) };
    case "agglomerative":
      return { state: fitToGroups(rng, target, ward(rng, target, K)) };
    case "given":
      return { state: fitToGroups(rng, target, indicators(checked(needs, K), K)) };
    default:
      return { state: initialize(rng, target, kind) };
  }
}

function componentsOf({ components }: Target): number {
  if (typeof components === "number") return components;
  throw new UsageError("EM needs a number of experts; found a prior on it; write a number");
}

function lent(
  rng: Rng,
  { target, related, sdFloor = 0, tolerance }: EmStartNeeds,
  kind: Lender,
  K: number,
): Warm | undefined {
  const settings = { sdFloor, ...(tolerance === undefined ? {} : { tolerance }) };
  if (kind === "ungated") {
    const { terms } = target.gate;
    const seesNothing = K === 1 || (terms.length === 1 && terms[0] === "(Intercept)");
    const ungated = seesNothing ? undefined : related({ constantGate: true });
    return ungated && fromUngated(rng, target, ungated, settings);
  }
  if (kind === "larger") {
    const larger = related({ components: K + 1 });
    return larger && fromLarger(rng, target, larger, settings);
  }
  const smaller = K === 1 ? undefined : related({ components: K - 1 });
  return smaller && fromSmaller(rng, target, smaller, settings);
}

const ward = (rng: Rng, { features }: Target, K: number): Matrix =>
  indicators(wardPartition(rng, features, K), K);

function checked({ given, target }: EmStartNeeds, K: number): Int32Array {
  if (given?.length !== target.n) {
    throw new UsageError(
      `a given start must hold the component of each of ${target.n} rows; got ` +
        `${given === undefined ? "none" : given.length}`,
    );
  }
  const bad = given.findIndex((k) => !(k >= 0 && k < K));
  if (bad >= 0) {
    throw new UsageError(
      `a given start must hold components from 0 to ${K - 1}; got ${given[bad]} for row ${bad + 1}`,
    );
  }
  return given;
}

/** K × n: each row's are uniform on the simplex. */
function randomResponsibilities(rng: Rng, K: number, n: number): Matrix {
  const out = matrix(K, n);
  for (let i = 0; i < n; i++) {
    let total = 0;
    for (let k = 0; k < K; k++) {
      const weight = -fastLog(uniform(rng));
      out.data[k * n + i] = weight;
      total += weight;
    }
    for (let k = 0; k < K; k++) out.data[k * n + i] = out.data[k * n + i]! / total;
  }
  return out;
}
