import { compile } from "../../models/compile.ts";
import { degenerateExperts } from "../../samplers/em/degenerate.ts";
import { em } from "../../samplers/em.ts";
import { initialize, type Start } from "../../samplers/initialize.ts";
import type { Table } from "../core/data.ts";
import { SamplerError } from "../core/errors.ts";
import { knownLogLikelihood } from "../core/mixture.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { Target } from "../core/target.ts";
import { createRng, type Rng, uniform } from "../math/rng.ts";
import type { ClimbSettings } from "./climb-task.ts";

/** What all statistics of one test of a known density share; plain data. */
export interface FitTestSetup {
  /** With a known density; its prior of the experts left out, so that starts lean on that of each response. */
  readonly model: ModelDeclaration;
  readonly table: Table;
  readonly seed: number;
  readonly settings: ClimbSettings;
  readonly starts: number;
}

export interface FitTestTask {
  /** 0: the data. 1, 2, …: responses of the known density; their stream depends on the seed and on this alone. */
  readonly replicate: number;
}

/** Log-likelihoods of the known density alone, and at the highest regular maximum beside it. */
export interface FitTestFits {
  readonly known: number;
  /** Undefined where no start has led to a regular one. */
  readonly deviated?: number;
}

/** Streams of replicates begin with (seed, 0, this); chains have (seed, chain), chain ≥ 1. */
const STREAM = 0x676f66;
const KINDS: readonly Start[] = ["kmeans", "random", "em"];

/** A function that fits the deviated mixture to the data or to a response of the known density, by one and the same search. */
export function fitTestTasks({ model, table, seed, settings, starts }: FitTestSetup) {
  const compiled = compile(model, table);
  const { deviation, expert, n } = compiled.target;
  const observed = expert.y.slice();
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  return ({ replicate }: FitTestTask): FitTestFits => {
    const rng = createRng(seed, 0, STREAM, replicate);
    expert.y.set(observed);
    if (replicate > 0) deviation!.known.simulate(rng, rows, expert.y);
    const target = compiled.respond(expert.y.slice());
    const known = knownLogLikelihood(target);
    const found = Array.from({ length: starts }, (_, s) => climb(rng, target, s, settings)).filter(
      (one) => one !== undefined,
    );
    // λ = 0 is the known density: never worse.
    return found.length === 0 ? { known } : { known, deviated: Math.max(known, ...found) };
  };
}

/** The log-likelihood of a regular maximum; undefined for another, or where EM could not go on. */
function climb(rng: Rng, target: Target, s: number, settings: ClimbSettings): number | undefined {
  const from = initialize(rng, target, KINDS[s % KINDS.length]!);
  from.deviation!.lambda[0] = uniform(rng);
  try {
    const { state, logLikelihood } = em(target, from, settings);
    const isRegular = degenerateExperts(target, state, settings.sdFloor).length === 0;
    return isRegular && Number.isFinite(logLikelihood) ? logLikelihood : undefined;
  } catch (error) {
    if (error instanceof SamplerError) return undefined;
    throw error;
  }
}
