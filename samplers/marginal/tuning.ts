import { type Memory, PHASE, REASON } from "./memory.ts";

/** tan(h / 2) of a first angle h = 0.8, with which two steps are a quarter turn. */
const FIRST_TANGENT = 0.4228;
const QUARTER_TURN = 0.8;
const MOST_STEPS = 6;
const ROUND = 25;
const MOST_ROUNDS = 4;
/** Below these rates of acceptance angles are made smaller, or the moves given up. */
const [WELCOME, POOR, HOPELESS] = [0.65, 0.3, 0.1];

/** The Hamiltonian moves as they are first tried. */
export function beginTuning({ set }: Memory): void {
  set("hamiltonian", 1);
  set("hamiltonianReason", REASON.none);
  set("tangent", FIRST_TANGENT);
  set("steps", 2);
  for (const name of ["rounds", "tried", "taken"] as const) set(name, 0);
}

/** Whether the moves are still being tried. */
export const isTuning = ({ get }: Memory): boolean =>
  get("phase") === PHASE.learning && get("hamiltonian") === 1 && get("rounds") < MOST_ROUNDS;

/** Counts moves; at the end of a round makes angles smaller, settles on them, or gives the moves up. */
export function tune(memory: Memory, tried: number, taken: number): void {
  const { get, set } = memory;
  set("tried", get("tried") + tried);
  set("taken", get("taken") + taken);
  if (get("tried") < ROUND) return;
  const rate = get("taken") / get("tried");
  set("rate", rate);
  set("tried", 0);
  set("taken", 0);
  const round = rate >= WELCOME ? MOST_ROUNDS : get("rounds") + 1;
  set("rounds", round);
  if (round < MOST_ROUNDS) shorten(memory, rate < POOR ? 0.4 : 0.65);
  else if (rate < HOPELESS) {
    set("hamiltonian", 0);
    set("hamiltonianReason", REASON.rejected);
  }
}

function shorten({ get, set }: Memory, factor: number): void {
  const tangent = factor * get("tangent");
  set("tangent", tangent);
  set("steps", Math.min(MOST_STEPS, Math.ceil(QUARTER_TURN / tangent)));
}
