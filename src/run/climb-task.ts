import { compile, compilePrepared, type Prepared } from "../../models/compile.ts";
import { relatedTarget } from "../../models/related.ts";
import { partsForCall } from "../../samplers/em/row-parts.ts";
import type { EmConstraints, EmVariant } from "../../samplers/em/settings.ts";
import { type EmStart, type EmStartNeeds, emStart } from "../../samplers/em/starts.ts";
import { em, MOST_ITERATIONS } from "../../samplers/em.ts";
import type { Table } from "../core/data.ts";
import { SamplerError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { State } from "../core/target.ts";
import { type Matrix, matrix } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
import { helpAt, leadBoard } from "./row-board.ts";
import type { Seat } from "./row-memory.ts";

/** What all climbs to the maxima of one model share; plain data. */
export interface ClimbSetup {
  /** With a number of components. */
  readonly model: ModelDeclaration;
  readonly table: Table;
  readonly seed: number;
  readonly settings: ClimbSettings;
  /** What the climbs look at, where model and table have already met; a model related to it is compiled from this too. */
  readonly prepared?: Prepared;
  /** For the start "given": the component of each row, 0-based. */
  readonly given?: Int32Array;
}

export interface ClimbSettings {
  readonly priorWeight: number;
  readonly variant: EmVariant;
  readonly maxIterations?: number;
  /** As in `EmSettings`. */
  readonly tolerance?: number;
  readonly sdFloor?: number;
  readonly constraints?: EmConstraints;
}

/** One start of EM. */
export interface ClimbTask {
  /** 0-based; its stream depends on the seed and on this alone. */
  readonly index: number;
  readonly start: EmStart;
  /** Where the climb begins instead, and after how many iterations. */
  readonly from?: Pick<Climb, "theta" | "gamma" | "lambda" | "iterations">;
}

/** Where a start has led, on the scale of the target. */
export interface Climb {
  /** "other": from what a fit of another model has reached. */
  readonly start: EmStart | "other";
  readonly theta: Matrix;
  readonly gamma: Matrix;
  /** Not finite where the climb was lost. */
  readonly logLikelihood: number;
  /** What was maximized. */
  readonly objective: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly gradientNorm: number;
  /** The share of the mixture beside a known density. */
  readonly lambda?: number;
  /** Components whose sd is at the floor. */
  readonly atFloor: readonly number[];
  /** The model that lent the start, and the log-likelihood it had reached. */
  readonly from?: { readonly model: string; readonly logLikelihood: number };
}

/** Streams of climbs begin with (seed, 0, this); chains have (seed, chain), chain ≥ 1. */
const STREAM = 0x656d;

/** A function that climbs from one start after another. */
export function climbTasks(setup: ClimbSetup, seat?: Seat) {
  const { seed, given } = setup;
  const own = seat?.own === undefined ? undefined : seat.boards[seat.own];
  const settings =
    own === undefined ? setup.settings : { ...setup.settings, addUp: leadBoard(own) };
  const { target, related } = targetsOf(setup);
  const needs = {
    target,
    related,
    sdFloor: settings.sdFloor ?? 0,
    tolerance: settings.tolerance,
    ...(given === undefined ? {} : { given }),
  };
  return ({ index, start, from }: ClimbTask): Climb => {
    try {
      return from === undefined ? climb(index, start) : goOn(start, from);
    } catch (error) {
      if (error instanceof SamplerError) return lostClimb(start);
      throw error;
    }
  };

  function climb(index: number, start: EmStart): Climb {
    const rng = createRng(seed, 0, STREAM, index);
    const { state: begin, from } = emStart(rng, needs, start);
    const { state, responsibility: _, ...reached } = em(target, begin, { ...settings, rng });
    return { start, ...parametersOf(state), ...reached, ...(from === undefined ? {} : { from }) };
  }

  /** From where a climb has led, within its iterations; the random walk of the stochastic variant is over by then. */
  function goOn(start: EmStart, from: NonNullable<ClimbTask["from"]>): Climb {
    const { maxIterations = MOST_ITERATIONS } = settings;
    const {
      state,
      responsibility: _,
      ...reached
    } = em(target, stateOf(target.n, from), {
      ...settings,
      variant: settings.variant === "stochastic" ? "em" : settings.variant,
      maxIterations: Math.max(0, maxIterations - from.iterations),
    });
    const iterations = from.iterations + reached.iterations;
    return { start, ...parametersOf(state), ...reached, iterations };
  }
}

/** Helps the climbs of other threads from the same set-up with their passes over the rows, until there are no more. */
export function helpClimbs(setup: ClimbSetup, { boards }: Seat): void {
  const { target } = targetsOf(setup);
  helpAt(boards, partsForCall(target, target.capacity));
}

function targetsOf({
  model,
  table,
  prepared,
}: ClimbSetup): Pick<EmStartNeeds, "target" | "related"> {
  if (prepared !== undefined) {
    const { target } = compilePrepared(prepared);
    return { target, related: (what) => relatedTarget(prepared, what) };
  }
  return {
    target: compile(model, table).target,
    related: ({ components, constantGate }) =>
      compile(
        {
          ...model,
          ...(components === undefined ? {} : { components }),
          ...(constantGate === true ? { gate: { kind: "constant" } as const } : {}),
        },
        table,
      ).target,
  };
}

/** The parameters of a state as a climb has them. */
export function parametersOf({ theta, gamma, deviation }: State) {
  const [lambda] = deviation?.lambda ?? [];
  return { theta, gamma, ...(lambda === undefined ? {} : { lambda }) };
}

/** The state of a climb; its z is unset. */
export function stateOf(
  n: number,
  { theta, gamma, lambda }: Pick<Climb, "theta" | "gamma" | "lambda">,
): State {
  const parameters = { theta, gamma, z: new Int32Array(n) };
  if (lambda === undefined) return parameters;
  const deviation = { lambda: Float64Array.of(lambda), fromKnown: new Uint8Array(n) };
  return { ...parameters, deviation };
}

/** A climb that has led nowhere: EM could not go on. */
export function lostClimb(start: Climb["start"]): Climb {
  const none = Number.NaN;
  const numbers = { logLikelihood: none, objective: none, gradientNorm: none };
  const [theta, gamma] = [matrix(0, 0), matrix(0, 0)];
  return { start, theta, gamma, ...numbers, iterations: 0, converged: false, atFloor: [] };
}
