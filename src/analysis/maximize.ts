import type { Compiled } from "../../models/compile.ts";
import type { EmConstraints, EmVariant, FixedCoefficient } from "../../samplers/em/settings.ts";
import { type EmStart, emStarts } from "../../samplers/em/starts.ts";
import type { Table } from "../core/data.ts";
import { UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { rowNumber } from "../data/table.ts";
import type { ClimbSettings, ClimbTask } from "../run/climb-task.ts";
import { compileForThreads } from "../run/sent.ts";
import { checkReplicates } from "./bootstrap.ts";
import { climbAll } from "./climb-all.ts";
import { refit } from "./fitted.ts";
import { describeMaximum, emptyRun, type Maximum } from "./maximum.ts";
import { LEVEL } from "./maximum-errors.ts";
import { checkErrors, type ErrorKind, withErrors } from "./with-errors.ts";

/** How to look for a maximum. */
export interface MaximizeOptions {
  /** Instead of the model's number. */
  readonly components?: number;
  /** How many starts; 20 unless said. */
  readonly starts?: number;
  /** The kinds of start that take turns; all unless said. */
  readonly startKinds?: readonly EmStart[];
  /** One start more: the component of each row of the table, 1-based; rows left out for missing values do not count. */
  readonly given?: ArrayLike<number>;
  /** Default 1. A start depends on the seed and its number alone. */
  readonly seed?: number;
  /** The posterior mode under the model's priors instead of the likelihood's maximum. */
  readonly penalized?: boolean;
  /** No sd becomes smaller; on the scale of the response. */
  readonly sdFloor?: number;
  /** One sd for all experts. */
  readonly equalSd?: boolean;
  /** Terms whose coefficients all experts share. */
  readonly shared?: readonly string[];
  /** Coefficients held at a number, on the scale of the data; components 1-based, to tell those of one expert from those of another. */
  readonly fixed?: readonly FixedCoefficient[];
  readonly variant?: EmVariant;
  readonly maxIterations?: number;
  /** Where standard errors and intervals come from; "observed" unless said. */
  readonly errors?: ErrorKind;
  /** Of a bootstrap; 200 unless said. */
  readonly replicates?: number;
  /** Of the intervals; 0.95 unless said. */
  readonly level?: number;
  /** Threads at most; no number depends on it. */
  readonly workers?: number;
  /** What the data are called. */
  readonly source?: string;
  /** Told how many are done of how many: starts, maxima of very many rows that starts have found on a part, replicates. */
  readonly progress?: (
    done: number,
    total: number,
    what: "starts" | "maxima" | "replicates",
  ) => void;
  /** Once aborted, `maximize` throws a StoppedError. */
  readonly signal?: AbortSignal;
}

const STARTS = 20;

/**
 * Maximum likelihood (or, penalized, the posterior mode) by EM from many starts. The best is the highest optimum without a
 * degenerate expert; where all are degenerate, the highest. From 131 072 rows on, starts are compared on a part of them,
 * evenly spread, and the best few optima are followed on all. Throws a UsageError for options that cannot be, a SamplerError
 * where no start reaches a finite likelihood.
 */
export async function maximize(
  declaration: ModelDeclaration,
  table: Table,
  options: MaximizeOptions = {},
): Promise<Maximum> {
  const began = performance.now();
  const { seed = 1, source = "table", signal, progress } = options;
  checkErrors(options.errors ?? "observed", options.level ?? LEVEL);
  if (options.replicates !== undefined) checkReplicates(options.replicates);
  const model = numbered(declaration, options);
  const settings = settingsOf(options);
  const compiled = compileForThreads(model, table);
  const given = givenComponents(compiled, options.given);
  const climbed = await climbAll(compiled, tasksOf(options), {
    seed,
    settings,
    ...(given === undefined ? {} : { given }),
    workers: options.workers,
    progress,
    signal,
  });
  const seconds = (performance.now() - began) / 1000;
  const fitted = refit(emptyRun(compiled, { seed, source, seconds }), compiled.table);
  return reportErrors(describeMaximum(fitted, climbed, settings), options);
}

/** The maximum with the errors that were asked for. */
function reportErrors(maximum: Maximum, options: MaximizeOptions): Promise<Maximum> {
  const { errors = "observed", level = LEVEL, replicates, workers, progress, signal } = options;
  if (errors === "observed" && level === LEVEL) return Promise.resolve(maximum);
  return withErrors(maximum, errors, {
    level,
    workers,
    signal,
    progress: (done, total) => progress?.(done, total, "replicates"),
    ...(replicates === undefined ? {} : { replicates }),
  });
}

/** The model with a number of experts; where equations are on the scale of the data, so are the parameters. */
function numbered(model: ModelDeclaration, options: MaximizeOptions) {
  const K = options.components ?? model.components;
  if (typeof K !== "number") {
    throw new UsageError(
      "the number of experts must be given to maximize the likelihood; found a prior on it; " +
        "write a number",
    );
  }
  return {
    ...model,
    components: K,
    ...(constraintsOf(options) === undefined ? {} : { standardize: false }),
  };
}

function constraintsOf({ equalSd, shared, fixed }: MaximizeOptions): EmConstraints | undefined {
  if (equalSd !== true && !shared?.length && !fixed?.length) return undefined;
  return {
    equalSd: equalSd === true,
    shared: shared ?? [],
    fixed: (fixed ?? []).map((one) => ({ ...one, component: one.component - 1 })),
  };
}

function settingsOf(options: MaximizeOptions): ClimbSettings {
  const { penalized = false, variant = "em", maxIterations, sdFloor } = options;
  const constraints = constraintsOf(options);
  return {
    priorWeight: penalized ? 1 : 0,
    variant,
    ...(maxIterations === undefined ? {} : { maxIterations }),
    ...(sdFloor === undefined ? {} : { sdFloor }),
    ...(constraints === undefined ? {} : { constraints }),
  };
}

/** The component of each row that is used, 0-based; throws a UsageError for what is none. */
function givenComponents(
  { table, target }: Compiled,
  given: ArrayLike<number> | undefined,
): Int32Array | undefined {
  if (given === undefined) return undefined;
  const K = target.capacity;
  return Int32Array.from({ length: table.rows }, (_, i) => {
    const number = rowNumber(table, i);
    const component = given[number - 1];
    if (
      component !== undefined &&
      Number.isInteger(component) &&
      component >= 1 &&
      component <= K
    ) {
      return component - 1;
    }
    throw new UsageError(
      `a given start must name a component from 1 to ${K} for every row; got ${component ?? "nothing"} in row ${number}`,
      { row: number },
    );
  });
}

function tasksOf({ starts = STARTS, startKinds = emStarts, given }: MaximizeOptions): ClimbTask[] {
  if (!(Number.isInteger(starts) && starts > 0)) {
    throw new UsageError(`\`starts\` must be a whole number ≥ 1; got ${starts}`);
  }
  const unknown = startKinds.find((kind) => !emStarts.includes(kind));
  if (unknown !== undefined || startKinds.length === 0) {
    throw new UsageError(
      `the kinds of start must be some of ${emStarts.join(", ")}; got ${unknown ?? "none"}`,
    );
  }
  const tasks = Array.from({ length: starts }, (_, index) => ({
    index,
    start: startKinds[index % startKinds.length]!,
  }));
  return given === undefined ? tasks : [...tasks, { index: starts, start: "given" }];
}
