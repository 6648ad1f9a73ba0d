import type { MoveNote } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";
import { whyNoReference } from "./by-count.ts";
import type { Memory } from "./memory.ts";
import { notesOf } from "./notes.ts";

/** What a kernel with a random number of components has settled on, for each number that warm-up met. */
export function notesByCount(target: Target, memories: ReadonlyMap<number, Memory>): MoveNote[] {
  const whyNot = whyNoReference(target);
  if (whyNot !== undefined) {
    return [{ move: "independence", used: false, words: `not used: ${whyNot}` }];
  }
  return [...memories].flatMap(([K, memory]) => notesAt(K, memory));
}

function notesAt(K: number, memory: Memory): MoveNote[] {
  const { get } = memory;
  const hasTrial = get("attempts") > 0;
  if (!hasTrial && get("sweeps") === 0) return [];
  const tooFew = `not used: warm-up had too few sweeps with K = ${K} to find and test a normal approximation`;
  if (!hasTrial) return [{ move: named("independence", K), used: false, words: tooFew }];
  const notes = notesOf(memory, undefined);
  const own = get("independence") === 1 ? notes : notes.slice(0, 1);
  return own.map((note) => ({ ...note, move: named(note.move, K) }));
}

/** How a move of states with K components is called where it is counted. */
export const named = (move: string, K: number): string => `${move} at K = ${K}`;
