import type { Finding } from "../src/core/diagnostic.ts";
import { type Draws, longChains } from "../src/core/draws.ts";
import type { ChainReport, DataFingerprint } from "../src/core/run.ts";
import type { CountPosterior } from "./count-posterior.ts";
import {
  chainsDisagree,
  lowEss,
  notFinite,
  oneChain,
  tooFewDraws,
} from "./findings/convergence.ts";
import { type Closeness, degenerateExpert } from "./findings/degenerate-expert.ts";
import { emptyExpert, highParetoK, priorDataConflict } from "./findings/fit.ts";
import { gateSeparation, type Separation } from "./findings/gate-separation.ts";
import { heavyTailedMean } from "./findings/heavy-tailed-mean.ts";
import { maximumReached } from "./findings/maximum-reached.ts";
import { relabellingFindings } from "./findings/relabelling.ts";
import {
  chainFailed,
  droppedRows,
  movesOffPilot,
  partialRun,
  unevenChains,
} from "./findings/run-state.ts";
import { unsettled } from "./findings/unsettled.ts";
import { sentence } from "./findings/wording.ts";
import type { VariableSummary } from "./summarize.ts";
import { summarize } from "./summarize.ts";

/** What is known of a posterior; only the draws must be, as where other software made them. */
export interface CheckInput {
  readonly draws: Draws;
  /**
   * Summaries of the variables whose convergence is judged: those that do not depend on labels.
   * By default all that are recorded, as is right for draws without components.
   */
  readonly variables?: readonly VariableSummary[];
  readonly chains?: readonly ChainReport[];
  readonly seed?: number;
  readonly data?: Pick<DataFingerprint, "rows" | "dropped">;
  readonly relabelling?: { readonly loss: number; readonly refused?: string };
  readonly separation?: Separation;
  readonly closeness?: Closeness;
  /** By label-invariant variable, 1000 or more draws from its prior. */
  readonly prior?: Readonly<Record<string, Float64Array>>;
  /** Where the number of components is random. */
  readonly count?: CountPosterior & { readonly isTruncated: boolean };
  readonly loo?: {
    readonly badK: number;
    readonly kThreshold: number;
    readonly paretoK: Float64Array;
    /** What each row is called, where rows were left out; absent: counted from 1. */
    readonly rowNumbers?: Int32Array;
  };
}

export interface Check {
  readonly verdict: "ok" | "problems";
  /** Problems first. */
  readonly findings: readonly Finding[];
}

/**
 * Everything that the user must know of a posterior; any problem makes the verdict. Never throws on
 * draws.
 */
export function check(input: CheckInput): Check {
  const judged = judgedVariables(input);
  const all = [
    ...runFindings(input),
    ...convergenceFindings(input, judged),
    ...modelFindings(input, judged),
  ].map((finding) => ({ ...finding, message: sentence(finding.message) }));
  const problems = all.filter(({ severity }) => severity === "problem");
  const notes = all.filter(({ severity }) => severity === "note");
  return { verdict: problems.length > 0 ? "problems" : "ok", findings: [...problems, ...notes] };
}

/** None where there are too few draws to summarise. */
function judgedVariables({ draws, variables }: CheckInput): readonly VariableSummary[] {
  return variables ?? (tooFewDraws(draws).length > 0 ? [] : summarize(draws));
}

function runFindings({ draws, chains, seed, data }: CheckInput): Finding[] {
  return [
    ...(chains
      ? [...chainFailed(chains, seed), ...partialRun(chains), ...movesOffPilot(chains)]
      : unevenChains(draws)),
    ...(data ? droppedRows(data) : []),
  ];
}

function convergenceFindings(
  { draws, count }: CheckInput,
  judged: readonly VariableSummary[],
): Finding[] {
  const short = tooFewDraws(draws);
  if (short.length > 0) return short;
  return [
    ...notFinite(draws, judged),
    ...chainsDisagree(draws, judged, count !== undefined),
    ...lowEss(longChains(draws.chains).length, judged),
    ...oneChain(draws),
  ];
}

function modelFindings(input: CheckInput, judged: readonly VariableSummary[]): Finding[] {
  const { draws, relabelling, separation, closeness, prior, loo, count } = input;
  const apart = unsettled(judged, draws.chains.length) !== undefined;
  return [
    ...(separation ? gateSeparation(separation) : []),
    ...(closeness ? degenerateExpert(draws, closeness) : []),
    ...(count ? maximumReached(count, count.isTruncated) : emptyExpert(draws)),
    ...(prior ? priorDataConflict(draws, prior) : []),
    ...heavyTailedMean(judged),
    ...(relabelling ? relabellingFindings(relabelling, apart) : []),
    ...(loo ? highParetoK(loo) : []),
  ];
}
