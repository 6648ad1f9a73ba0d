import type { Acceptance } from "../core/gate.ts";
import type { ChainReport } from "../core/run.ts";
import { formatFixed, formatNumber } from "./format-number.ts";

/** What the counters of the moves count, in the order in which they are shown. */
const WORDS: Readonly<Record<string, string>> = {
  independence: "jumps of all parameters",
  hamiltonian: "Hamiltonian moves of all parameters",
  gate: "gate rows",
  permute: "permutations of the labels",
  birth: "births",
  death: "deaths",
  split: "splits",
  merge: "merges",
  "collapsed-split": "splits with rows divided anew",
  "collapsed-merge": "merges with parameters drawn anew",
  empties: "redraws of the empty experts",
};

/** Plain words for a counter, which may say of which number of experts it is; its name where there are none. */
export function moveWords(move: string): string {
  const { kind, given } = partsOf(move);
  return kind in WORDS ? `${WORDS[kind]}${given}` : move;
}

/** "independence at K = 3": a kind of move, and what it is given. */
function partsOf(move: string) {
  const at = move.indexOf(" at K = ");
  return at < 0 ? { kind: move, given: "" } : { kind: move.slice(0, at), given: move.slice(at) };
}

/** The moves that chains have counted, in one order. */
export function movesOf(chains: readonly Pick<ChainReport, "acceptance">[]): string[] {
  const counted = new Set(chains.flatMap(({ acceptance }) => Object.keys(acceptance)));
  return [...counted].sort((a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b));
}

/** Those without words come last. */
function placeOf(move: string): number {
  const place = Object.keys(WORDS).indexOf(partsOf(move).kind);
  return place < 0 ? Number.MAX_SAFE_INTEGER : place;
}

/** The counts of a move over all chains. */
export function totalOf(chains: readonly Pick<ChainReport, "acceptance">[], move: string) {
  const total = { proposed: 0, accepted: 0 };
  for (const { acceptance } of chains) {
    total.proposed += acceptance[move]?.proposed ?? 0;
    total.accepted += acceptance[move]?.accepted ?? 0;
  }
  return total;
}

/** A share of proposals; a move that never proposes draws exactly. */
export function acceptedShare(counts: Acceptance | undefined): string {
  if (counts === undefined) return formatNumber(Number.NaN);
  if (counts.proposed === 0) return "exact";
  const percent = (100 * counts.accepted) / counts.proposed;
  const decimals = percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
  return `${percent === 0 ? "0" : formatFixed(percent, decimals)}%`;
}
