import { type Compiled, compile } from "../../models/compile.ts";
import { emStarts } from "../../samplers/em/starts.ts";
import type { RatedClimb } from "../analysis/maximum.ts";
import { highest, isDegenerate } from "../analysis/rate-climbs.ts";
import type { Table } from "../core/data.ts";
import { SamplerError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { ClimbSettings } from "../run/climb-task.ts";
import { refitTasks } from "../run/refit-task.ts";

/** The highest maximum that EM has found, and whether it may be counted. */
export interface MaximumFit {
  readonly compiled: Compiled;
  readonly best: RatedClimb;
  readonly settings: ClimbSettings;
}

export interface MaximumOptions {
  readonly seed: number;
  readonly starts: number;
}

/**
 * Maximum likelihood by EM from starts of all kinds, in this thread. Throws a SamplerError where no
 * start reaches a finite likelihood.
 */
export function maximumFit(
  model: ModelDeclaration,
  table: Table,
  { seed, starts }: MaximumOptions,
): MaximumFit {
  const compiled = compile(model, table);
  const settings: ClimbSettings = { priorWeight: 0, variant: "em" };
  const tasks = Array.from({ length: starts }, (_, index) => ({
    index,
    start: emStarts[index % emStarts.length]!,
  }));
  const climb = refitTasks({ table: compiled.table, seed, settings });
  const rated = climb({ model: compiled.model, starts: tasks, responsibilities: [] })
    .filter(({ logLikelihood }) => Number.isFinite(logLikelihood))
    .map((found) => ({ ...found, degenerate: isDegenerate(compiled.target, found, settings) }));
  const best = highest(rated);
  if (best === undefined) {
    throw new SamplerError(
      "EM must reach a finite log-likelihood from one start at least; none did",
      {
        seed,
        starts,
      },
    );
  }
  return { compiled, best, settings };
}
