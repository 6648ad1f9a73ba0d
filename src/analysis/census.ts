import type { CensusEntry } from "../report/maximum-input.ts";

interface Ended {
  readonly start: string;
  readonly logLikelihood: number;
  readonly degenerate: boolean;
  /** Of how many rows, where not of all. */
  readonly rows?: number;
}

/** Difference of log-likelihoods of one optimum, relative to 1 + their size. */
const SAME = 1e-6;
/** The same where climbs were only compared, and not followed to their ends. */
const ALIKE = 1e-5;

/** Whether two climbs have ended in one optimum. */
export function sameOptimum(a: Omit<Ended, "start">, b: Omit<Ended, "start">): boolean {
  if (a.degenerate !== b.degenerate || a.rows !== b.rows) return false;
  const apart = Math.abs(a.logLikelihood - b.logLikelihood);
  const size = 1 + Math.abs(Math.min(a.logLikelihood, b.logLikelihood));
  return apart <= (a.rows === undefined ? SAME : ALIKE) * size;
}

/** The distinct optima, highest first; those of a part of the rows after those of all. */
export function censusOf(climbs: readonly Ended[]): CensusEntry[] {
  const found: (Ended & { count: number; starts: Set<string> })[] = [];
  const ofAll = ({ rows }: Ended): number => (rows === undefined ? 0 : 1);
  const sorted = climbs.toSorted(
    (a, b) => ofAll(a) - ofAll(b) || b.logLikelihood - a.logLikelihood,
  );
  for (const climb of sorted) {
    const same = found.find((entry) => sameOptimum(entry, climb));
    if (same === undefined) found.push({ ...climb, count: 1, starts: new Set([climb.start]) });
    else {
      same.count++;
      same.starts.add(climb.start);
    }
  }
  return found.map(({ logLikelihood, count, degenerate, starts, rows }) => ({
    logLikelihood,
    count,
    degenerate,
    starts: [...starts],
    ...(rows === undefined ? {} : { rows }),
  }));
}
