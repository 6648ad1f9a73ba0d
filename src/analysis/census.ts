import type { CensusEntry } from "../report/maximum-input.ts";

interface Ended {
  readonly start: string;
  readonly logLikelihood: number;
  readonly degenerate: boolean;
}

/** Difference of log-likelihoods of one optimum, relative to 1 + their size. */
const SAME = 1e-6;

/** The distinct optima, highest first. */
export function censusOf(climbs: readonly Ended[]): CensusEntry[] {
  const found: (Ended & { count: number; starts: Set<string> })[] = [];
  for (const climb of climbs.toSorted((a, b) => b.logLikelihood - a.logLikelihood)) {
    const { logLikelihood, degenerate, start } = climb;
    const near = SAME * (1 + Math.abs(logLikelihood));
    const same = found.find(
      (entry) => entry.degenerate === degenerate && entry.logLikelihood - logLikelihood <= near,
    );
    if (same === undefined) found.push({ ...climb, count: 1, starts: new Set([start]) });
    else {
      same.count++;
      same.starts.add(start);
    }
  }
  return found.map(({ logLikelihood, count, degenerate, starts }) => ({
    logLikelihood,
    count,
    degenerate,
    starts: [...starts],
  }));
}
