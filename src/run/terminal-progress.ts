import type cliProgress from "cli-progress";
import { inWords, type Progress } from "./progress.ts";

/** A bar a chain, redrawn in place; for terminals. */
export async function terminalProgress(stream: NodeJS.WritableStream): Promise<Progress> {
  const { default: library } = await import("cli-progress");
  const newBars = () =>
    new library.MultiBar({
      stream,
      format: "chain {chain} [{bar}] {phase} {value}/{total} | {words}",
      barsize: 10,
      fps: 5,
      hideCursor: true,
      forceRedraw: true,
      emptyOnZero: true,
    });
  let bars: ReturnType<typeof newBars> | undefined;
  let ofChain: cliProgress.SingleBar[] = [];
  return {
    start({ chains, warmup, draws, thin }) {
      const under = newBars();
      bars = under;
      ofChain = Array.from({ length: chains }, (_, c) =>
        under.create(warmup + draws * thin, 0, {
          chain: c + 1,
          phase: "waiting".padEnd(8),
          words: "",
        }),
      );
    },
    update(chains) {
      for (const progress of chains) {
        const phase = progress.phase.padEnd(8);
        ofChain[progress.chain - 1]?.update(progress.iteration, {
          phase,
          words: inWords(progress),
        });
      }
    },
    stop: () => bars?.stop(),
  };
}
