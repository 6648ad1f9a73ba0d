import { inWords, type Progress } from "./progress.ts";

/** A bar a chain, redrawn in place; for terminals. */
export async function terminalProgress(stream: NodeJS.WritableStream): Promise<Progress> {
  const { default: cliProgress } = await import("cli-progress");
  const bars = new cliProgress.MultiBar({
    stream,
    format: "chain {chain} [{bar}] {phase} {value}/{total} | {words}",
    barsize: 10,
    fps: 5,
    hideCursor: true,
    forceRedraw: true,
    emptyOnZero: true,
  });
  const ofChain: ReturnType<typeof bars.create>[] = [];
  return {
    start({ chains, warmup, draws, thin }) {
      for (let chain = 1; chain <= chains; chain++) {
        const payload = { chain, phase: "waiting".padEnd(8), words: "" };
        ofChain.push(bars.create(warmup + draws * thin, 0, payload));
      }
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
    stop: () => bars.stop(),
  };
}
