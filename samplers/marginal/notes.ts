import type { MoveNote } from "../../src/core/kernel.ts";
import { type Memory, REASON } from "./memory.ts";
import { GOOD_ENOUGH } from "./score.ts";

const percent = (share: number): string => {
  const value = 100 * share;
  return `${value >= 10 || value === 0 ? value.toFixed(0) : value.toPrecision(1)}%`;
};

/** What the kernel has settled on, in words. */
export function notesOf(memory: Memory, whyNot: string | undefined): MoveNote[] {
  if (whyNot !== undefined) {
    const words = `not used: ${whyNot}; every iteration is a Gibbs sweep`;
    return [
      { move: "independence", used: false, words },
      { move: "hamiltonian", used: false, words },
    ];
  }
  return [independence(memory), hamiltonian(memory)];
}

function independence({ get }: Memory): MoveNote {
  const [accepted, stuck] = [get("accepted"), get("stuck")];
  const move = "independence";
  if (get("independence") === 1) {
    const words = `used; from states of the warm-up's Gibbs sweeps a proposal is accepted with probability ${percent(accepted)}`;
    return { move, used: true, expected: accepted, words };
  }
  const why: Record<number, string> = {
    [REASON.rarelyAccepted]:
      `a normal approximation does not fit the posterior: from states of Gibbs sweeps a proposal would be accepted ` +
      `with probability ${percent(accepted)}, below ${percent(GOOD_ENOUGH.accepted)}`,
    [REASON.stuck]:
      `a normal approximation leaves out part of the posterior: from ${percent(stuck)} of the states of Gibbs sweeps ` +
      "proposals would hardly ever be accepted",
    [REASON.leftBehind]:
      "in warm-up the chain left the mode that the normal approximation describes",
  };
  return {
    move,
    used: false,
    words: `not used: ${why[get("independenceReason")] ?? general(get("independenceReason"))}`,
  };
}

function hamiltonian({ get }: Memory): MoveNote {
  const move = "hamiltonian";
  const [rate, rounds] = [get("rate"), get("rounds")];
  if (get("hamiltonian") === 1) {
    const tried = rounds > 0 ? `; in warm-up ${percent(rate)} were accepted` : "";
    const expected = rounds > 0 ? { expected: rate } : {};
    return { move, used: true, ...expected, words: `used, ${get("steps")} steps each${tried}` };
  }
  const reason = get("hamiltonianReason");
  const words =
    reason === REASON.rejected
      ? `in warm-up too few were accepted with steps long enough to be worth their time (${percent(rate)})`
      : general(reason);
  return { move, used: false, words: `not used: ${words}` };
}

function general(reason: number): string {
  if (reason === REASON.noReference) return "they go around the approximation that jumps would use";
  if (reason === REASON.noMode) return "no maximum of the posterior was found near the chain";
  return "warm-up was too short to find and test a normal approximation";
}
