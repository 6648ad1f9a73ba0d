import type { Acceptance } from "../core/gate.ts";
import type { Info } from "../core/kernel.ts";

const PROPOSED = ".proposed";
const ACCEPTED = ".accepted";

/** Sums of the counters of a kernel's info, by move. */
export interface Tally {
  add(info: Info): void;
  /** A copy of the sums so far. */
  totals(): Record<string, Acceptance>;
}

/** A tally that continues from earlier totals. */
export function createTally(from: Readonly<Record<string, Acceptance>> = {}): Tally {
  const totals = copyOf(from);
  return {
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
