import { MOST_PARTS } from "../../samplers/em/row-parts.ts";
import { SamplerError } from "../core/errors.ts";
import { type AddUp, addTo, addUpHere, type PartCall, type PartSums } from "../core/part-sums.ts";
import type { Vector } from "../math/matrix.ts";
import { type Board, count, FIRST_PART, type Phase, phaseOf, TURN } from "./row-memory.ts";

/** Milliseconds after which the thread that leads makes a part itself that another one has begun. */
const PATIENCE = 5;
/** The same while another one writes down what it has made: so long, and it is gone. */
const GONE = 60_000;

/**
 * Adds up parts with the help of other threads: makes those that no other has taken, and those that another takes too long
 * for, so that it needs none of them. Parts are added in their order: no number depends on who has made which.
 */
export function leadBoard(board: Board): AddUp {
  const alone = addUpHere();
  return (of, call, total) => {
    if (of.parts === 1) return alone(of, call, total);
    const turn = open(board, of, call());
    for (let c = 0; c < of.parts; c++) {
      if (move(board, turn, c, "open", "writing")) make(board, turn, of, c);
    }
    for (let c = 0; c < of.parts; c++) settle(board, turn, of, c);
    total.fill(0);
    for (let c = 0; c < of.parts; c++) addTo(total, slot(board, of.size, c));
  };
}

/** Makes parts for whoever leads one of these boards, until the bell is closed. */
export function helpAt(boards: readonly Board[], partsFor: (call: PartCall) => PartSums): void {
  const { bell } = boards[0]!;
  for (let heard = Atomics.load(bell, 0); heard >= 0; heard = Atomics.load(bell, 0)) {
    const hasHelped = boards.map((board) => help(board, partsFor)).some(Boolean);
    if (!hasHelped) Atomics.wait(bell, 0, heard);
  }
}

/** Ends `helpAt` in all threads. */
export function closeBell({ bell }: Board): void {
  Atomics.store(bell, 0, -1);
  Atomics.notify(bell, 0);
}

/** Writes down a call; its parts are then open. */
function open(board: Board, { parts, size }: PartSums, { numbers, counts }: PartCall): number {
  const { control, bell } = board;
  // Where an earlier call ended in an error, somebody may still be writing.
  for (let c = 0; c < MOST_PARTS; c++) waitForWriter(board, c);
  const turn = Atomics.load(control, TURN) + 1;
  board.numbers.set(numbers);
  [parts, size, ...counts].forEach((value, j) => {
    Atomics.store(control, count(j), value);
  });
  for (let c = 0; c < MOST_PARTS; c++) {
    Atomics.store(control, FIRST_PART + c, phaseOf(turn, c < parts ? "open" : "done"));
  }
  Atomics.store(control, TURN, turn);
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
  return turn;
}

/** Whether the part was in one phase, and now is in the other. */
function move({ control }: Board, turn: number, c: number, from: Phase, to: Phase): boolean {
  const before = phaseOf(turn, from);
  const at = FIRST_PART + c;
  return Atomics.compareExchange(control, at, before, phaseOf(turn, to)) === before;
}

function make(board: Board, turn: number, of: PartSums, c: number): void {
  try {
    of.write(c, slot(board, of.size, c));
  } finally {
    finish(board, turn, c);
  }
}

function finish({ control }: Board, turn: number, c: number): void {
  Atomics.store(control, FIRST_PART + c, phaseOf(turn, "done"));
  Atomics.notify(control, FIRST_PART + c);
}

/** Waits for a part that another thread has taken, but not for long. */
function settle(board: Board, turn: number, of: PartSums, c: number): void {
  const at = FIRST_PART + c;
  Atomics.wait(board.control, at, phaseOf(turn, "taken"), PATIENCE);
  if (move(board, turn, c, "taken", "writing")) make(board, turn, of, c);
  else waitForWriter(board, c);
}

function waitForWriter({ control }: Board, c: number): void {
  const at = FIRST_PART + c;
  const seen = Atomics.load(control, at);
  if (seen !== phaseOf(Math.floor(seen / 4), "writing")) return;
  if (Atomics.wait(control, at, seen, GONE) !== "timed-out") return;
  throw new SamplerError(
    "threads that share a pass over the rows must answer; one does not; try again with --workers 1",
  );
}

const slot = ({ sums }: Board, size: number, c: number): Vector =>
  sums.subarray(c * size, (c + 1) * size);

/** Makes parts of the call on a board, if any is open; whether it was asked to. */
function help(board: Board, partsFor: (call: PartCall) => PartSums): boolean {
  const { control } = board;
  const turn = Atomics.load(control, TURN);
  const parts = Atomics.load(control, count(0));
  const isOpen = (c: number) => Atomics.load(control, FIRST_PART + c) === phaseOf(turn, "open");
  if (turn === 0 || !Array.from({ length: parts }, (_, c) => c).some(isOpen)) return false;
  // A part can only be taken while the call is this one.
  const numbers = board.numbers.slice();
  const counts = [2, 3, 4].map((j) => Atomics.load(control, count(j)));
  let of: PartSums | undefined;
  let made: Vector = new Float64Array(0);
  for (let c = 0; c < parts; c++) {
    if (!move(board, turn, c, "open", "taken")) continue;
    of ??= partsFor({ numbers, counts });
    if (made.length !== of.size) made = new Float64Array(of.size);
    of.write(c, made);
    if (!move(board, turn, c, "taken", "writing")) continue;
    slot(board, of.size, c).set(made);
    finish(board, turn, c);
  }
  return true;
}
