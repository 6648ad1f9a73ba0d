import { compile } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import { SamplerError, StoppedError, UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { FitTestFits } from "../run/fit-test-task.ts";
import { runTasks } from "../run/tasks.ts";
import { threadsFor } from "./bootstrap.ts";

/** How to test whether a known density has made the data. */
export interface FitTestOptions {
  /** Data sets simulated from the known density; 99 unless said. One is enough where many tests are pooled. */
  readonly replicates?: number;
  /** Of EM, for each data set; 9 unless said. */
  readonly starts?: number;
  readonly seed?: number;
  /** Threads at most; no number depends on it. */
  readonly workers?: number | undefined;
  /** No sd becomes smaller. */
  readonly sdFloor?: number;
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A likelihood-ratio test of λ = 0; plain data. */
export interface FitTest {
  /** 2 (log-likelihood of the deviated mixture at its highest regular maximum − that of the known density). */
  readonly statistic: number;
  /** (1 + simulated statistics that are at least as large) / (1 + replicates). */
  readonly pValue: number;
  readonly replicates: number;
  /** Simulated data sets without a regular maximum: counted as at least as large. */
  readonly failures: number;
  readonly knownLogLikelihood: number;
  readonly logLikelihood: number;
  readonly simulated: readonly number[];
  readonly seed: number;
}

const REPLICATES = 99;
const STARTS = 9;

/**
 * Tests whether nothing deviates from the known density of a model. At λ = 0 the parameters of the mixture are not
 * identified, so the likelihood ratio is not χ²: its distribution is simulated from the known density, which has no
 * unknown parameter, so that the p-value is exact. Throws a UsageError for a model without a known density.
 */
export async function testKnown(
  declaration: ModelDeclaration,
  table: Table,
  options: FitTestOptions = {},
): Promise<FitTest> {
  const { replicates = REPLICATES, starts = STARTS, seed = 1, sdFloor } = options;
  const { progress, signal } = options;
  if (!(Number.isSafeInteger(replicates) && replicates >= 1)) {
    throw new UsageError(`\`replicates\` must be a whole number ≥ 1; got ${replicates}`);
  }
  mustHaveKnown(declaration);
  if (typeof declaration.components !== "number") {
    throw new UsageError("the number of experts must be given for this test; found a prior on it");
  }
  const compiled = compile(declaration, table);
  const { prior: _, ...experts } = compiled.model.experts;
  const settings = {
    priorWeight: 0,
    variant: "em" as const,
    ...(sdFloor === undefined ? {} : { sdFloor }),
  };
  const setup = {
    model: { ...compiled.model, experts },
    table: compiled.table,
    seed,
    settings,
    starts,
  };
  const { n, capacity } = compiled.target;
  const workers = options.workers ?? threadsFor(n * capacity * starts * replicates);
  const tasks = Array.from({ length: replicates + 1 }, (_task, replicate) => ({ replicate }));
  const fits = await runTasks("fitTest", setup, tasks, { workers, progress, signal });
  if (signal?.aborted === true) throw new StoppedError("the test was stopped before its end");
  const [own, ...others] = fits as FitTestFits[];
  const { known, deviated } = own!;
  if (deviated === undefined) {
    throw new SamplerError(
      "the data must have a regular maximum beside the known density; every start ended with an expert on few rows; " +
        "ask for fewer experts, or give the sd a floor",
    );
  }
  const simulated = others.map(statisticOf);
  const statistic = statisticOf(own!);
  const asLarge = simulated.filter((one) => !(one < statistic)).length;
  return {
    statistic,
    pValue: (1 + asLarge) / (1 + replicates),
    replicates,
    failures: simulated.filter(Number.isNaN).length,
    knownLogLikelihood: known,
    logLikelihood: deviated,
    simulated,
    seed,
  };
}

const statisticOf = ({ known, deviated = Number.NaN }: FitTestFits): number =>
  2 * (deviated - known);

/** Throws a UsageError unless the model has a known density. */
export function mustHaveKnown({ known }: ModelDeclaration): void {
  if (known !== undefined) return;
  throw new UsageError(
    "the model must have a known density to be tested; give one, such as laplace(0.3*x, 1)",
  );
}
