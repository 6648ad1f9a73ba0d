import type { Table } from "../core/data.ts";
import { UsageError } from "../core/errors.ts";
import { whyNotMarginal } from "../core/marginal-posterior.ts";
import type { Run } from "../core/run.ts";
import { createRng } from "../math/rng.ts";
import { bridgedEvidence } from "./bridged-evidence.ts";
import { type Fitted, refit } from "./fitted.ts";
import { noEvidence, type RunEvidence } from "./judged-evidence.ts";
import { oneExpertEvidence } from "./one-expert-evidence.ts";

export type { RunEvidence } from "./judged-evidence.ts";

/** How to find the evidence of a run. */
export interface RunEvidenceOptions {
  /** That of the run unless said. */
  readonly seed?: number;
  /** Draws of each of the densities that stand in for the posterior; default 4000, fewer where rows are very many. */
  readonly proposals?: number;
}

/** The stream of proposals, beside those of chains and tempered evidences. */
const STREAM = 0xb1d6;
const PROPOSALS = 4000;
const FEWEST_PROPOSALS = 100;

/**
 * The log evidence of the model of a run, log p(y | K), from its draws by bridge sampling; with one expert from its exact
 * or approximate posterior. `unreliable` says what stands in the way. It can be no better than the chains: a mode that
 * they have missed is missing. Throws a UsageError where the number of experts is random. Source: [meng1996],
 * [fruhwirth2004].
 */
export function runEvidence(run: Run, table: Table, options: RunEvidenceOptions = {}): RunEvidence {
  if (typeof run.model.components !== "number") {
    throw new UsageError(
      "an evidence must be of a run with a fixed number of experts; here it is random, and the draws have its posterior",
    );
  }
  return evidenceOfFit(refit(run, table), options);
}

/** The same of a run that has been put together with its data. */
export function evidenceOfFit(
  fitted: Fitted,
  { seed = fitted.run.settings.seed, proposals = PROPOSALS }: RunEvidenceOptions = {},
): RunEvidence {
  if (!(Number.isSafeInteger(proposals) && proposals >= FEWEST_PROPOSALS)) {
    throw new UsageError(
      `\`proposals\` must be a whole number ≥ ${FEWEST_PROPOSALS}; got ${proposals}`,
    );
  }
  const { target } = fitted.compiled;
  const stream = [seed, 0, STREAM, target.capacity] as const;
  if (target.capacity === 1) return oneExpertEvidence(createRng(...stream), target, proposals);
  const whyNot = whyNotMarginal(target);
  return whyNot === undefined ? bridgedEvidence(fitted, stream, proposals) : noEvidence(whyNot);
}
