import { type Compiled, compile } from "../../models/compile.ts";
import { degenerateExperts } from "../../samplers/em/degenerate.ts";
import { copyDeviation } from "../../samplers/em/share.ts";
import { type EmResult, em } from "../../samplers/em.ts";
import type { Table } from "../core/data.ts";
import { SamplerError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { DeviationState, State } from "../core/target.ts";
import { copy, type Matrix, type Vector } from "../math/matrix.ts";
import { mean } from "../math/moments.ts";
import { exponential } from "../math/random/exponential.ts";
import { createRng, type Rng } from "../math/rng.ts";
import type { ClimbSettings } from "./climb-task.ts";
import { matchedTo } from "./component-order.ts";
import { reportedAt } from "./reported.ts";

/** "parametric": responses simulated at the maximum. "weighted": rows weighted by exponentials of mean 1. */
export type BootstrapKind = "parametric" | "weighted";

/** What all replicates of one maximum share; plain data. */
export interface BootstrapSetup {
  readonly model: ModelDeclaration;
  readonly table: Table;
  readonly seed: number;
  readonly kind: BootstrapKind;
  readonly settings: ClimbSettings;
  /** The maximum, on the scale of the target. */
  readonly theta: Matrix;
  readonly gamma: Matrix;
  readonly deviation?: DeviationState;
}

export interface BootstrapTask {
  /** 0-based; its stream depends on the seed and on this alone. */
  readonly replicate: number;
}

/** What a replicate's climb has come to. "degenerate" and "failed" have no values. */
export type BootstrapReplicate =
  | { readonly status: "converged" | "not converged"; readonly values: Vector }
  | { readonly status: "degenerate" }
  | { readonly status: "failed"; readonly message: string };

/** Replicates that are not as they should be, by what is the matter. */
export interface BootstrapFailures {
  /** EM ended in an error, or in numbers that are not finite: left out. */
  readonly failed: number;
  /** An expert shrank to few or exact rows: left out. */
  readonly degenerate: number;
  /** Iterations ran out: kept, as leaving them out would favour easy samples. */
  readonly notConverged: number;
}

/** Streams of replicates begin with (seed, 0, this); chains have (seed, chain), chain ≥ 1. */
const STREAM = 0x626f;

/** A function that fits one replicate after another, each from the maximum. */
export function bootstrapTasks(setup: BootstrapSetup) {
  const { model, table, seed, kind, settings } = setup;
  const compiled = compile(model, table);
  const { target } = compiled;
  const { theta, gamma, deviation } = setup;
  const z = new Int32Array(target.n);
  const maximum: State = { theta, gamma, z, ...(deviation === undefined ? {} : { deviation }) };
  return ({ replicate }: BootstrapTask): BootstrapReplicate => {
    const rng = createRng(seed, 0, STREAM, replicate);
    const start = {
      ...maximum,
      theta: copy(setup.theta),
      gamma: copy(setup.gamma),
      ...copyDeviation(maximum),
    };
    if (kind === "parametric") target.simulate(rng, start);
    const weights = kind === "weighted" ? { rowWeight: exponentialWeights(rng, target.n) } : {};
    try {
      const climbed = em(target, start, { ...settings, ...weights, rng });
      return describe(compiled, maximum, climbed, settings);
    } catch (error) {
      if (!(error instanceof SamplerError)) throw error;
      return { status: "failed", message: error.message };
    }
  };
}

function describe(
  compiled: Compiled,
  maximum: State,
  { state, logLikelihood, converged }: EmResult,
  { constraints, sdFloor }: ClimbSettings,
): BootstrapReplicate {
  const { target } = compiled;
  if (degenerateExperts(target, state, sdFloor).length > 0) return { status: "degenerate" };
  // Where a coefficient of one expert is held, that tells the experts apart.
  const held = (constraints?.fixed ?? []).length > 0;
  const values = reportedAt(compiled, held ? state : matchedTo(target, maximum, state));
  if (!Number.isFinite(logLikelihood) || !values.every(Number.isFinite)) {
    return { status: "failed", message: "estimates must be finite; some are not" };
  }
  return { status: converged ? "converged" : "not converged", values };
}

/** Exponential, divided by their mean: n times uniform weights on the simplex. */
function exponentialWeights(rng: Rng, n: number): Vector {
  const weight = new Float64Array(n).map(() => exponential(rng));
  const average = mean(weight);
  return weight.map((w) => w / average);
}
