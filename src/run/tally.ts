import type { Acceptance } from "../core/gate.ts";
import type { Info } from "../core/kernel.ts";

const PROPOSED = ".proposed";
const ACCEPTED = ".accepted";

/** The first iteration, warm-up included, after which a chain had so many components; 0 where it started with them. */
export type FirstVisits = Readonly<Record<string, number>>;

/** Sums of the counters of a kernel's info, by move, and when each number of components was first visited. */
export interface Tally {
  add(info: Info): void;
  visit(components: number, iteration: number): void;
  /** A copy of the sums so far. */
  totals(): Record<string, Acceptance>;
  firstVisits(): FirstVisits;
}

/** A tally that continues from earlier totals and visits. */
export function createTally(
  from: Readonly<Record<string, Acceptance>> = {},
  visited: FirstVisits = {},
): Tally {
  const totals = copyOf(from);
  const visits: Record<string, number> = { ...visited };
  return {
    visit(components, iteration) {
      visits[components] ??= iteration;
    },
    firstVisits: () => ({ ...visits }),
    add(info) {
      for (const key in info) {
        if (key.endsWith(PROPOSED)) entry(totals, key, PROPOSED).proposed += info[key]!;
        else if (key.endsWith(ACCEPTED)) entry(totals, key, ACCEPTED).accepted += info[key]!;
      }
    },
    totals: () => copyOf(totals),
  };
}

function entry(totals: Record<string, Acceptance>, key: string, ending: string): Acceptance {
  const move = key.slice(0, -ending.length);
  totals[move] ??= { proposed: 0, accepted: 0 };
  return totals[move];
}

function copyOf(totals: Readonly<Record<string, Acceptance>>): Record<string, Acceptance> {
  return Object.fromEntries(Object.entries(totals).map(([move, counts]) => [move, { ...counts }]));
}
