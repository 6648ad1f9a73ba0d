import type { SamplingSettings } from "../core/run.ts";
import { type Block, type ChainOutcome, type Checkpoint, totalIterations } from "./job.ts";
import type { ChainProgress } from "./progress.ts";

/** Turns blocks and outcomes into what a progress display shows. */
export interface ProgressBoard {
  block(block: Block): void;
  outcome(outcome: ChainOutcome): void;
  chains(): readonly ChainProgress[];
}

/** A board of all chains, some of which may continue from a checkpoint. */
export function createBoard(
  settings: SamplingSettings,
  from: readonly (Checkpoint | undefined)[],
): ProgressBoard {
  const iterations = totalIterations(settings);
  const chains = from.map((checkpoint, index): ChainProgress => {
    const { iteration, draws } = checkpoint ?? { iteration: 0, draws: 0 };
    const phase = iteration >= iterations ? "complete" : "waiting";
    const unknown = { rate: Number.NaN, secondsLeft: Number.NaN, logLikelihood: Number.NaN };
    return { chain: index + 1, phase, iteration, iterations, draws, ...unknown };
  });
  return {
    block({ chain, checkpoint, logLikelihood }) {
      const { iteration, draws, seconds } = checkpoint;
      const began = from[chain - 1];
      const rate = (iteration - (began?.iteration ?? 0)) / (seconds - (began?.seconds ?? 0));
      const phase = iteration < settings.warmup ? "warmup" : "sampling";
      const secondsLeft = (iterations - iteration) / rate;
      const progress = { phase, iteration, draws, rate, secondsLeft, logLikelihood } as const;
      chains[chain - 1] = { ...chains[chain - 1]!, ...progress };
    },
    outcome({ chain, status }) {
      chains[chain - 1] = { ...chains[chain - 1]!, phase: status };
    },
    chains: () => chains,
  };
}
