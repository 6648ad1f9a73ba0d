import { type DeviationEvidence, deviationEvidence } from "../../diagnostics/deviation-evidence.ts";
import { compile } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import { StoppedError } from "../core/errors.ts";
import {
  firstRows,
  knownLogLikelihood,
  logJoint,
  mixtureScratch,
  sumOutAllocation,
} from "../core/mixture.ts";
import { type DrawIndex, evenDraws, forEachState } from "../core/posterior.ts";
import type { Run } from "../core/run.ts";
import { fastLog } from "../math/exp.ts";
import type { Vector } from "../math/matrix.ts";
import { type EvidenceEffort, evidence } from "../run/evidence.ts";
import { threadsFor } from "./bootstrap.ts";
import { refit } from "./fitted.ts";
import { mustHaveKnown } from "./goodness-of-fit.ts";

/** Where a Bayes factor comes from: draws of the posterior, or sequential Monte Carlo from the known density to it. */
export type KnownEvidenceMethod = "draws" | "sequential-monte-carlo";

/** How to find the Bayes factor of a known density. */
export interface KnownEvidenceOptions {
  /** "auto" unless said: draws where their Pareto k is at most 0.7, sequential Monte Carlo where it is above. */
  readonly method?: KnownEvidenceMethod | "auto";
  /** Of sequential Monte Carlo. */
  readonly effort?: EvidenceEffort;
  readonly seed?: number;
  /** Threads at most; no number depends on it. */
  readonly workers?: number | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The known density alone against the deviated mixture; plain data. */
export interface KnownEvidence {
  /** log p(y | λ = 0) − log p(y): above 0 the data speak for the known density. */
  readonly logBayesFactor: number;
  /** Its Monte Carlo standard error. */
  readonly mcse: number;
  readonly method: KnownEvidenceMethod;
  /** Shape of the tail of what draws average; above 0.7 a few of them decide. */
  readonly paretoK: number;
  /** Why it is not to be trusted, in a sentence; absent where it is. */
  readonly unreliable?: string;
}

const MOST_DRAWS = 4000;
/** Beyond this an average of draws is not to be trusted, however many they are. Source: [vehtari2024]. */
const MOST_PARETO_K = 0.7;

/**
 * The Bayes factor of the known density alone against the deviated mixture: from draws of its posterior where these
 * suffice, else by sequential Monte Carlo from the one to the other, with the error that independent replicates show.
 * With a random number of experts there are draws only. Throws a UsageError for a model without a known density.
 */
export async function knownEvidence(
  run: Run,
  table: Table,
  options: KnownEvidenceOptions = {},
): Promise<KnownEvidence> {
  mustHaveKnown(run.model);
  const { method = "auto" } = options;
  const byDraws = evidenceOfDraws(run, table);
  const canAnneal = typeof run.model.components === "number";
  const isEnough = method === "auto" ? byDraws.paretoK <= MOST_PARETO_K : method === "draws";
  if (!isEnough && canAnneal) return await annealed(run, table, byDraws.paretoK, options);
  const unreliable = `a few draws decide it (Pareto k ${byDraws.paretoK.toFixed(2)}): only its direction is to be trusted`;
  return {
    ...byDraws,
    method: "draws",
    ...(byDraws.paretoK <= MOST_PARETO_K ? {} : { unreliable }),
  };
}

async function annealed(
  { model }: Run,
  table: Table,
  paretoK: number,
  { seed = 1, effort, workers, progress, signal }: KnownEvidenceOptions,
): Promise<KnownEvidence> {
  const { target } = compile(model, table);
  const K = target.capacity;
  const all = await evidence(model, table, {
    components: [K],
    seed,
    workers: workers ?? threadsFor(target.n * K * 1e5),
    signal,
    ...(effort === undefined ? {} : { effort }),
    ...(progress === undefined ? {} : { progress }),
  });
  const found = all[K];
  if (found === undefined) throw new StoppedError("the Bayes factor was stopped before its end");
  const { value, se, unreliable } = found;
  return {
    logBayesFactor: knownLogLikelihood(target) - value,
    mcse: se,
    method: "sequential-monte-carlo",
    paretoK,
    ...(unreliable === undefined ? {} : { unreliable }),
  };
}

function evidenceOfDraws(run: Run, table: Table): DeviationEvidence {
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
