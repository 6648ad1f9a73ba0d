import { type DeviationEvidence, deviationEvidence } from "../../diagnostics/deviation-evidence.ts";
import { compile } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import { SamplerError, StoppedError, UsageError } from "../core/errors.ts";
import { firstRows, logJoint, mixtureScratch, sumOutAllocation } from "../core/mixture.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { type DrawIndex, evenDraws, forEachState } from "../core/posterior.ts";
import type { Run } from "../core/run.ts";
import { fastLog } from "../math/exp.ts";
import type { Vector } from "../math/matrix.ts";
import type { FitTestFits } from "../run/fit-test-task.ts";
import { runTasks } from "../run/tasks.ts";
import { checkReplicates, threadsFor } from "./bootstrap.ts";
import { refit } from "./fitted.ts";

/** How to test whether a known density has made the data. */
export interface FitTestOptions {
  /** Data sets simulated from the known density; 99 unless said. */
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
  checkReplicates(replicates);
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

function mustHaveKnown({ known }: ModelDeclaration): void {
  if (known !== undefined) return;
  throw new UsageError(
    "the model must have a known density to be tested; give one, such as laplace(0.3*x, 1)",
  );
}

const MOST_DRAWS = 4000;

/** The Bayes factor of the known density alone against the deviated mixture, from draws of its posterior. */
export function knownEvidence(run: Run, table: Table): DeviationEvidence {
  mustHaveKnown(run.model);
  const { target, draws } = refit(run, table);
  const picks = evenDraws(draws, MOST_DRAWS);
  const { a, b } = target.deviation!;
  const chains = [...new Set(picks.map(({ chain }) => chain))];
  return deviationEvidence(
    chains.map((chain) =>
      logRatios(
        target,
        draws,
        picks.filter((pick) => pick.chain === chain),
      ),
    ),
    { a, b },
  );
}

/** log m_i − log g_i of each draw, by row. */
function logRatios(
  target: ReturnType<typeof refit>["target"],
  draws: Run["draws"],
  picks: readonly DrawIndex[],
): Vector[] {
  const scratch = mixtureScratch(target);
  const known = new Float64Array(target.n);
  target.deviation!.known.logDensity(known);
  const out: Vector[] = [];
  forEachState(target, draws, picks, (state) => {
    const joint = firstRows(logJoint(target, state, scratch), state.theta.rows);
    sumOutAllocation(joint, scratch);
    // The joint holds λ, which is integrated out.
    const share = fastLog(state.deviation!.lambda[0]!);
    out.push(known.map((log, i) => scratch.logDensity[i]! - share - log));
  });
  return out;
}
