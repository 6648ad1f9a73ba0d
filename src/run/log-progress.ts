import { totalIterations } from "./job.ts";
import { type ChainProgress, inWords, type Progress } from "./progress.ts";

/** A plain line a chain every few seconds, and one when a chain ends; for logs. */
export function logProgress(
  write: (line: string) => void,
  { everySeconds = 5, now = () => performance.now() / 1000 } = {},
): Progress {
  let last = Number.NEGATIVE_INFINITY;
  const ended = new Set<number>();
  const justEnded = ({ chain, phase }: ChainProgress): boolean => {
    if (phase === "waiting" || phase === "warmup" || phase === "sampling") return false;
    return !ended.has(chain) && ended.add(chain) !== undefined;
  };
  return {
    start(settings) {
      last = now();
      ended.clear();
      const { chains, seed } = settings;
      const number = chains === 1 ? "1 chain" : `${chains} chains`;
      write(`sampling ${number} of ${totalIterations(settings)} iterations, seed ${seed}`);
    },
    update(chains) {
      const due = now() - last >= everySeconds;
      if (due) last = now();
      for (const chain of chains) {
        const running = chain.phase === "warmup" || chain.phase === "sampling";
        if (justEnded(chain) || (due && running)) write(lineOf(chain));
      }
    },
    stop() {},
  };
}

function lineOf(progress: ChainProgress): string {
  const { chain, phase, iteration, iterations } = progress;
  const words = inWords(progress);
  const where = `chain ${chain}: ${phase}, iteration ${iteration} of ${iterations}`;
  return words === "" ? where : `${where}, ${words}`;
}
