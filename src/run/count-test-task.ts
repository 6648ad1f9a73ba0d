import { compile } from "../../models/compile.ts";
import { degenerateExperts } from "../../samplers/em/degenerate.ts";
import { fitToGroups } from "../../samplers/em/fit-to-groups.ts";
import { splits } from "../../samplers/em/splits.ts";
import { type EmResult, em } from "../../samplers/em.ts";
import { initialize, type Start } from "../../samplers/initialize.ts";
import type { Table } from "../core/data.ts";
import { SamplerError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { State, Target } from "../core/target.ts";
import { INTERCEPT } from "../data/design.ts";
import { copy, type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import { createRng, type Rng } from "../math/rng.ts";
import type { ClimbSettings } from "./climb-task.ts";

/** What all statistics of one test of K experts against K + 1 share; plain data. */
export interface CountTestSetup {
  /** With K components. */
  readonly model: ModelDeclaration;
  readonly table: Table;
  readonly seed: number;
  readonly settings: ClimbSettings;
  /** The maximum with K, on the scale of the target. */
  readonly theta: Matrix;
  readonly gamma: Matrix;
  /** Starts of each model that do not come from another fit. */
  readonly starts: number;
}

export interface CountTestTask {
  /** 0: the data. 1, 2, …: responses simulated at the maximum; their stream depends on the seed and on this alone. */
  readonly replicate: number;
}

/** Log-likelihoods of both models at the highest regular maxima found; undefined where there was none. */
export interface CountTestFits {
  readonly smaller?: number;
  readonly larger?: number;
}

/** Streams of replicates begin with (seed, 0, this); chains have (seed, chain), chain ≥ 1. */
const STREAM = 0x6b74;
const KINDS: readonly Start[] = ["kmeans", "random", "em"];
/** In which a start shows what it is worth. */
const TRIAL = 30;
/** So many of the best are climbed to their end. */
const FINISHED = 2;
const MOST_ITERATIONS = 500;

/** A function that fits K and K + 1 experts to the data or to a simulated response, by one and the same search. */
export function countTestTasks({ model, table, seed, settings, starts, ...at }: CountTestSetup) {
  const K = at.theta.rows;
  const few = compile(model, table);
  const many = compile({ ...model, components: K + 1 }, table);
  const { target } = few;
  const observed = target.expert.y.slice();
  return ({ replicate }: CountTestTask): CountTestFits => {
    const rng = createRng(seed, 0, STREAM, replicate);
    const known = { theta: copy(at.theta), gamma: copy(at.gamma), z: new Int32Array(target.n) };
    if (replicate > 0) target.simulate(rng, known);
    else target.expert.y.set(observed);
    // Priors that starts lean on are those of this response, as those of the data are of theirs.
    const smaller = few.respond(target.expert.y.slice());
    const larger = many.respond(target.expert.y.slice());
    const one = highest(smaller, [known, ...cold(rng, smaller, starts)], settings);
    if (one === undefined) return {};
    const split = [...splitStarts(rng, smaller, larger, one)];
    const more = highest(larger, [...split, ...cold(rng, larger, starts)], settings);
    if (more === undefined) return { smaller: one.logLikelihood };
    // With an intercept in the gate K + 1 experts, two of them equal, are K: never worse.
    const nested = larger.gate.terms.includes(INTERCEPT);
    const least = nested ? one.logLikelihood : Number.NEGATIVE_INFINITY;
    return { smaller: one.logLikelihood, larger: Math.max(more.logLikelihood, least) };
  };
}

/** Of one expert there is one maximum. */
function cold(rng: Rng, target: Target, starts: number): State[] {
  if (target.capacity === 1) return [];
  return Array.from({ length: starts }, (_, s) =>
    initialize(rng, target, KINDS[s % KINDS.length]!),
  );
}

/** Each expert of the smaller fit divided in two, in several ways. */
function* splitStarts(rng: Rng, smaller: Target, larger: Target, few: EmResult): Generator<State> {
  const K = few.state.theta.rows;
  for (let k = 0; k < K; k++) {
    for (const half of splits(smaller, few, k)) {
      yield fitToGroups(rng, larger, divided(few.responsibility, k, half));
    }
  }
}

/** Responsibilities with one row more, which takes from row k what `half` leaves. */
function divided({ rows: K, columns: n, data }: Matrix, k: number, half: Vector): Matrix {
  const out = matrix(K + 1, n);
  out.data.set(data);
  const [kept, taken] = [row(out, k), row(out, K)];
  for (let i = 0; i < n; i++) {
    taken[i] = kept[i]! * (1 - half[i]!);
    kept[i] = kept[i]! * half[i]!;
  }
  return out;
}

/** Every start is tried; of the best, those that stay regular are climbed to the end. */
function highest(
  target: Target,
  starts: readonly State[],
  settings: ClimbSettings,
): EmResult | undefined {
  const tried = starts
    .map((start) => regularClimb(target, start, { ...settings, maxIterations: TRIAL }))
    .filter((climbed) => climbed !== undefined)
    .sort((a, b) => b.logLikelihood - a.logLikelihood);
  const { maxIterations = MOST_ITERATIONS } = settings;
  let best: EmResult | undefined;
  let finished = 0;
  for (const { state } of tried) {
    const end = regularClimb(target, state, { ...settings, maxIterations });
    if (end === undefined) continue;
    if (best === undefined || end.logLikelihood > best.logLikelihood) best = end;
    if (++finished === FINISHED) break;
  }
  return best;
}

/** Undefined where EM fails, or where an expert owes its likelihood to few or exact rows. */
function regularClimb(target: Target, start: State, settings: ClimbSettings): EmResult | undefined {
  try {
    const climbed = em(target, start, settings);
    if (!Number.isFinite(climbed.logLikelihood)) return undefined;
    const degenerate = degenerateExperts(target, climbed.state, settings.sdFloor);
    return degenerate.length === 0 ? climbed : undefined;
  } catch (error) {
    if (!(error instanceof SamplerError)) throw error;
    return undefined;
  }
}
