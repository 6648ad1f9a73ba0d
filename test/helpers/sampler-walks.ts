import { expect } from "vitest";
import { compile } from "../../models/compile.ts";
import { sampler } from "../../samplers/index.ts";
import { starts } from "../../samplers/initialize.ts";
import { countStarts } from "../../samplers/initialize-count.ts";
import type { Table } from "../../src/core/data.ts";
import { SamplerError } from "../../src/core/errors.ts";
import type { GateDeclaration, ModelDeclaration } from "../../src/core/model.ts";
import type { Target } from "../../src/core/target.ts";
import { tableFrom } from "../../src/data/table.ts";
import { createRng } from "../../src/math/rng.ts";
import { expertPriors } from "../contract/experts-cases.ts";
import { gateDeclarations } from "../contract/gates-cases.ts";
import { CONJUGATE, SOFTMAX } from "./gibbs-cases.ts";
import { UNIFORM } from "./random-count.ts";
import { tinyTarget } from "./tiny-targets.ts";

export type Options = Readonly<Record<string, string | number>>;

const fixed = () => tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 8 });
const random = () =>
  tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: UNIFORM, rows: 8 });

/** Why a sampler refuses a target, or undefined where it does not. */
export function refusal(name: string, target: Target): string | undefined {
  return errorOf(() => sampler(name, {}).compile(target));
}

export function errorOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(SamplerError);
    return (error as SamplerError).message;
  }
}

/** The kind of number of experts that a sampler serves, and how its chains may start. */
export function kindOf(name: string) {
  return refusal(name, fixed()) === undefined
    ? ({ served: fixed, other: random, starts, components: (K: number) => K } as const)
    : ({
        served: random,
        other: fixed,
        starts: countStarts,
        components: (max: number) => ({ kind: "poisson", rate: 1, max }),
      } as const);
}

/** A gate whose rows cannot be drawn given levels is one that some samplers refuse. */
const NEEDS_LEVELS = /needs a gate with a normal prior on its coefficients, or a constant gate/;

/** Parameters and allocations after a few sweeps from a seed. */
export function walk(name: string, options: Options, target: Target, sweeps = 10): number[] {
  const kernel = sampler(name, options).compile(target);
  const rng = createRng(3, 1);
  let state = kernel.init(rng);
  let logLikelihood = 0;
  for (let t = 0; t < sweeps; t++) {
    const transition = kernel.step(rng, state, t < sweeps / 2);
    state = transition.state;
    logLikelihood = transition.info["log_likelihood"] ?? Number.NaN;
  }
  return [...state.theta.data, ...state.gamma.data, ...state.z, logLikelihood];
}

type Kind = ReturnType<typeof kindOf>;
interface Walked {
  readonly model: ModelDeclaration;
  readonly data: Table;
}

/** Each prior of each family, with a number by which gates may be dealt to it. */
const priors = Object.entries(expertPriors)
  .flatMap(([family, all]) => Object.values(all).map((prior) => ({ family, prior })))
  .map((one, number) => ({ ...one, number }));

/** Every prior of experts with one gate, every gate with some: which goes with which depends on the turn. */
export function modelsInTurn(kind: Kind, turn: number): readonly Walked[] {
  const gates = gatesFor(kind);
  return priors.map(({ family, prior, number }) =>
    modelOf(kind, { family, formula: "y ~ x", prior }, gates[(number + turn) % gates.length]!),
  );
}

/** Every prior of experts with every gate. */
export function everyModel(kind: Kind): readonly Walked[] {
  return gatesFor(kind).flatMap((_, turn) => modelsInTurn(kind, turn));
}

/** Components must be exchangeable where their number is random. */
function gatesFor({ served }: Kind): readonly GateDeclaration[] {
  const all = Object.values(gateDeclarations).flatMap(Object.values<GateDeclaration>);
  return all.filter((gate) => served === fixed || !hasBaseline(gate));
}

function modelOf(kind: Kind, experts: ModelDeclaration["experts"], gate: GateDeclaration): Walked {
  const { family } = experts as { readonly family: string };
  return {
    model: { experts, gate, components: kind.components(3) },
    data: table(12, responseFor(family)),
  };
}

/** The last numbers of a short walk on each model that the sampler does not refuse, from one start after another. */
export function walksOn(name: string, models: readonly Walked[]): readonly (readonly number[])[] {
  const { starts } = kindOf(name);
  return models.flatMap(({ model, data }, m) => {
    const { target } = compile(model, data);
    const refused = refusal(name, target);
    if (refused !== undefined) {
      expect(refused).toMatch(NEEDS_LEVELS);
      return [];
    }
    return [walk(name, { start: starts[m % starts.length]! }, target, 5)];
  });
}

/** A response of row i that the family could have made. */
function responseFor(family: string): (i: number) => number {
  if (family === "gaussian") return (i) => Math.sin(5 * i) + (i % 3);
  // Of one trial a row.
  return family === "binomial" ? (i) => ((7 * i) % 5) % 2 : (i) => (7 * i) % 5;
}

function hasBaseline(gate: GateDeclaration): boolean {
  return gate.kind === "softmax" && gate.baseline === "last";
}

export function table(n: number, y: (i: number) => number): Table {
  const rows = Array.from({ length: n }, (_, i) => i);
  return tableFrom({ y: rows.map(y), x: rows.map((i) => Math.cos(3 * i) + i / n) });
}
