import { rhat } from "../../diagnostics/rhat.ts";
import { type Compiled, compile } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import { type Draws, equalLengths, variable } from "../core/draws.ts";
import { SamplerError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { recorderOf, runChain } from "../run/chain.ts";
import { createCollector } from "../run/collector.ts";
import { type Plan, planOf } from "../run/settings.ts";

/** Draws of a posterior, and how well its chains agree. */
export interface PosteriorFit {
  readonly compiled: Compiled;
  readonly draws: Draws;
  /** The larger R-hat of log-likelihood and gate entropy; of the number of experts too where it is random. */
  readonly rhat: number;
}

export interface PosteriorOptions {
  readonly seed: number;
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
}

/** No block is handed over before a chain ends. */
const control = { now: () => 0, shouldStop: () => false, blockSeconds: 1 };

/** Draws from a posterior in this thread, chain after chain. Throws a SamplerError where a chain fails. */
export function posteriorFit(
  model: ModelDeclaration,
  table: Table,
  options: PosteriorOptions,
): PosteriorFit {
  const compiled = compile(model, table);
  const plan = planOf(options, typeof model.components !== "number");
  const { variables } = recorderOf(compiled);
  const collector = createCollector(variables.length, options.draws);
  plan.starts.forEach((_, c) => {
    runOne(compiled, plan, c, collector.put);
  });
  const draws = { variables, chains: collector.draws() };
  return { compiled, draws, rhat: worstRhat(draws, typeof model.components !== "number") };
}

function runOne(
  { model, table }: Compiled,
  { settings, starts }: Plan,
  c: number,
  put: ReturnType<typeof createCollector>["put"],
): void {
  const chain = runChain({ model, table, settings, chain: c + 1, start: starts[c]! }, control);
  let next = chain.next();
  while (next.done !== true) {
    put(next.value);
    next = chain.next();
  }
  const { failure } = next.value;
  if (failure !== undefined) throw new SamplerError(failure.message, failure.details);
}

function worstRhat(draws: Draws, isRandom: boolean): number {
  const even = equalLengths(draws);
  const names = ["log_likelihood", "gate_entropy", ...(isRandom ? ["K"] : [])];
  const values = names.map((name) => rhat.compute(variable(even, name)));
  return Math.max(...values.filter((value) => !Number.isNaN(value)), 1);
}
