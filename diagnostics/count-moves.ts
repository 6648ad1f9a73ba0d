import type { ChainReport } from "../src/core/run.ts";
import type { CountPosterior } from "./count-posterior.ts";

/** How a chain came away from the number of components that it started with; iterations count warm-up. */
export interface Departure {
  readonly chain: number;
  readonly start: string;
  /** The number that it started with. */
  readonly from: number;
  /** Iterations until it first had another; NaN where it never had. */
  readonly left: number;
  /** The first iteration with the likeliest number, 0 where it started with it; NaN where it never had it. */
  readonly reachedMode: number;
}

/** A number of components that the prior allows and no draw has. */
export interface NeverDrawn {
  readonly components: number;
  /** Were its probability larger, a visit would have been seen with probability 0.95; NaN where no chain started there. */
  readonly bound: number;
}

/** The departure of each chain that says when it first had which number. */
export function departures(chains: readonly ChainReport[], mode: number): Departure[] {
  return chains.flatMap(({ chain, start, firstVisits = {} }) => {
    const visits = Object.entries(firstVisits).sort(([, a], [, b]) => a - b);
    if (visits.length === 0) return [];
    return {
      chain,
      start,
      from: Number(visits[0]![0]),
      left: visits[1]?.[1] ?? Number.NaN,
      reachedMode: firstVisits[mode] ?? Number.NaN,
    };
  });
}

/** −log 0.05: with more visits than that expected, none at all is seen with probability below 0.05. */
const VISITS = 3;

/**
 * The numbers that no draw has. In equilibrium a number with probability p that is left after d sweeps on average is
 * entered p / d times a sweep; draws that are kept every `thin` sweeps miss a visit that is shorter.
 */
export function neverDrawn(
  { probability, prior, transitions }: CountPosterior,
  found: readonly Departure[],
  thin: number,
): NeverDrawn[] {
  const draws = transitions.data.reduce((total, moves) => total + moves, 0);
  return probability.flatMap((share, k) => {
    if (share > 0 || !(prior[k]! > 0)) return [];
    const stays = found.filter(({ from }) => from === k + 1).map(({ left }) => left);
    const mean = stays.reduce((total, stay) => total + stay, 0) / stays.length;
    const bound = (VISITS * Math.max(mean / thin, 1)) / draws;
    return { components: k + 1, bound: Math.min(bound, 1) };
  });
}
