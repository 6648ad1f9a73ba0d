import { type CallSizes, MOST_PARTS } from "../../samplers/em/row-parts.ts";
import { sharedMemory } from "./share.ts";

/** Memory in which one thread asks others for parts of its sums; all of it is shared. */
export interface Board {
  /** The number of the call, its counts, then where each part stands. */
  readonly control: Int32Array;
  readonly numbers: Float64Array;
  readonly sums: Float64Array;
  /** Of all boards: rises with each call, negative once there will be no more. */
  readonly bell: Int32Array;
}

/** Boards of all threads that have tasks. */
export interface Seat {
  readonly boards: readonly Board[];
  /** Which of them is that of this thread; none if absent. */
  readonly own?: number;
}

/**
 * Where a part stands: nobody has taken it; a helper is at work; the only one who may is writing its sums; these are there.
 */
export type Phase = "open" | "taken" | "writing" | "done";

const PHASES: readonly Phase[] = ["open", "taken", "writing", "done"];

/** In `control`: the number of the call. */
export const TURN = 0;
const COUNTS = 5;
/** In `control`: parts, sums of each, and the counts of the call. */
export const count = (j: number): number => 1 + j;
/** In `control`: where the first part stands. */
export const FIRST_PART = 1 + COUNTS;

/** A phase as it stands in `control`; that of another call is another number. */
export const phaseOf = (turn: number, phase: Phase): number => 4 * turn + PHASES.indexOf(phase);

/** So many boards for calls of such sizes; none where no memory can be shared. */
export function rowBoards(many: number, { numbers, sums }: CallSizes): Board[] | undefined {
  if (sharedMemory === null) return undefined;
  const memory = sharedMemory;
  const bell = new Int32Array(memory(4));
  return Array.from({ length: many }, () => ({
    control: new Int32Array(memory(4 * (FIRST_PART + MOST_PARTS))),
    numbers: new Float64Array(memory(8 * numbers)),
    sums: new Float64Array(memory(8 * sums)),
    bell,
  }));
}
