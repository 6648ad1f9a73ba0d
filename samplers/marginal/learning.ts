import type { Info } from "../../src/core/kernel.ts";
import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { buildReference } from "./build.ts";
import { type Memory, PHASE, PILOT_STATES, REASON } from "./memory.ts";
import type { Score } from "./score.ts";
import { beginTuning, isTuning, tune } from "./tuning.ts";

/** Rows that the sweeps of a first pilot look at together, within bounds of their number. */
const PILOT_ROWS = 200_000;
const [FEWEST_SWEEPS, MOST_SWEEPS] = [100, 300];

/** After so many proposals acceptance is compared with what the pilot promised. */
const WINDOW = 200;

/** Sweeps of the first pilot. */
export const firstPilot = (n: number): number =>
  Math.min(MOST_SWEEPS, Math.max(FEWEST_SWEEPS, Math.round(PILOT_ROWS / n)));

/** Writes the chain's point, components in the state's order. */
type Write = (point: Vector) => void;

/** How references are tried, and what is asked of them. */
export interface Trials {
  /** Sweeps of the first pilot and of the second, of which pilot t from then on has t − 1 times as many. */
  readonly first: number;
  /** How many pilots there may be. */
  readonly most: number;
  readonly asked: Score;
}

/** A function to be told of every iteration of warm-up, and of whether it had a Gibbs sweep; it rewrites memory. */
export function learner(
  posterior: MarginalPosterior,
  { first, most, asked }: Trials,
  memory: Memory,
) {
  const { get } = memory;
  return (gibbs: boolean, info: Info, write: Write): void => {
    const tried = info["hamiltonian.proposed"] ?? 0;
    if (tried > 0 && isTuning(memory)) tune(memory, tried, info["hamiltonian.accepted"]!);
    if (info["independence.proposed"] !== undefined) watch(memory, info);
    const isOpen = get("independence") === 0 && get("attempts") < most;
    if (!isOpen || !gibbs) return;
    const length = first * Math.max(1, get("attempts"));
    const points = pilot(memory, length, write);
    if (points !== undefined) judge(memory, asked, buildReference(posterior, points, memory));
  };
}

/** Keeps points of the second half of a pilot; returns them at its end. */
function pilot(memory: Memory, length: number, write: Write): readonly Vector[] | undefined {
  const { get, set } = memory;
  const sweeps = get("sweeps") + 1;
  const kept = get("kept");
  const half = Math.floor(length / 2);
  const stride = Math.ceil((length - half) / PILOT_STATES);
  const isKept = sweeps > half && (sweeps - half) % stride === 0 && kept < PILOT_STATES;
  if (isKept) write(memory.pilot[kept]!);
  const now = isKept ? kept + 1 : kept;
  const isOver = sweeps >= length;
  set("sweeps", isOver ? 0 : sweeps);
  set("kept", isOver ? 0 : now);
  if (!isOver) return undefined;
  set("attempts", get("attempts") + 1);
  return memory.pilot.slice(0, now);
}

/** Takes a reference into use, or says why not. */
function judge(memory: Memory, asked: Score, score: Score | undefined): void {
  const { get, set } = memory;
  if (score === undefined) {
    if (get("hasReference") === 1) return;
    set("independenceReason", REASON.noMode);
    set("hamiltonianReason", REASON.noMode);
    return;
  }
  const { accepted, stuck } = score;
  const rarely = !(accepted >= asked.accepted);
  const isGood = !rarely && stuck <= asked.stuck;
  const reason = rarely ? REASON.rarelyAccepted : REASON.stuck;
  set("phase", PHASE.learning);
  set("hasReference", 1);
  set("accepted", accepted);
  set("stuck", stuck);
  set("independence", isGood ? 1 : 0);
  set("independenceReason", isGood ? REASON.none : reason);
  set("windowTried", 0);
  set("windowTaken", 0);
  if (isGood) beginTuning(memory);
  else dropHamiltonian(memory);
}

/** Hamiltonian moves go around the approximation that jumps use, and are not used without it. */
function dropHamiltonian({ set }: Memory): void {
  set("hamiltonian", 0);
  set("hamiltonianReason", REASON.noReference);
}

/** Drops a reference that serves far worse than the pilot promised: the chain has gone elsewhere. */
function watch(memory: Memory, info: Info): void {
  const { get, set } = memory;
  set("windowTried", get("windowTried") + info["independence.proposed"]!);
  set("windowTaken", get("windowTaken") + info["independence.accepted"]!);
  if (get("windowTried") < WINDOW) return;
  const isFar = get("windowTaken") < 0.5 * get("accepted") * get("windowTried");
  set("windowTried", 0);
  set("windowTaken", 0);
  if (!isFar) return;
  set("independence", 0);
  set("independenceReason", REASON.leftBehind);
  dropHamiltonian(memory);
}

/** Ends learning; moves that have not been tried are not used. */
export function freeze(memory: Memory): void {
  const { get, set } = memory;
  if (get("phase") === PHASE.frozen) return;
  if (get("attempts") === 0) {
    set("independenceReason", REASON.noWarmup);
    set("hamiltonianReason", REASON.noWarmup);
  }
  set("phase", PHASE.frozen);
}
