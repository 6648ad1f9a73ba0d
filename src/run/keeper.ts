import type { State } from "../core/target.ts";
import { copy } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";

const BLOCK_VALUES = 2 ** 16;

/** Where a chain stood after its last good iteration. */
export interface Standing {
  readonly iteration: number;
  readonly draws: number;
  readonly rng: Rng;
  readonly state: State;
  readonly learned?: Float64Array;
}

/** Holds the draws since the last block, and a copy of where the chain stood after its last good iteration. */
export interface Keeper {
  readonly standing: Standing;
  /** Good iterations so far. */
  readonly iteration: number;
  /** Whether a block is due because no further row fits. */
  readonly full: boolean;
  /** Where the next draw is to be written; it counts once its iteration is committed. */
  nextRow(): Float64Array;
  /** One more good iteration, with or without a draw in `nextRow()`. */
  commit(rng: Rng, state: State, withDraw: boolean, learned?: Float64Array): void;
  /** The draws since the last call, as an array of their own. */
  take(): { firstDraw: number; values: Float64Array<ArrayBuffer> };
}

/** A keeper of rows of so many variables that begins at `from`. */
export function createKeeper(variables: number, from: Standing): Keeper {
  const capacity = Math.max(1, Math.floor(BLOCK_VALUES / variables));
  const buffer = new Float64Array(capacity * variables);
  let rows = 0;
  let { iteration, draws } = from;
  let state = copyState(from.state);
  const rng = from.rng.slice();
  const learned = from.learned?.slice();
  return {
    get standing() {
      const standing = { iteration, draws, rng: rng.slice(), state: copyState(state) };
      return learned === undefined ? standing : { ...standing, learned: learned.slice() };
    },
    get iteration() {
      return iteration;
    },
    get full() {
      return rows === capacity;
    },
    nextRow: () => buffer.subarray(rows * variables, (rows + 1) * variables),
    commit(nextRng, nextState, withDraw, nextLearned) {
      iteration++;
      if (withDraw) {
        rows++;
        draws++;
      }
      rng.set(nextRng);
      if (nextLearned !== undefined) learned?.set(nextLearned);
      state = overwrite(state, nextState);
    },
    take() {
      const values = buffer.slice(0, rows * variables);
      const firstDraw = draws - rows;
      rows = 0;
      return { firstDraw, values };
    },
  };
}

/** An independent copy. */
export function copyState({ theta, gamma, z, deviation }: State): State {
  const parameters = { theta: copy(theta), gamma: copy(gamma), z: z.slice() };
  if (deviation === undefined) return parameters;
  const { lambda, fromKnown } = deviation;
  return { ...parameters, deviation: { lambda: lambda.slice(), fromKnown: fromKnown.slice() } };
}

/** A copy of `from` in the memory of `into`, or in new memory where the number of components has changed. */
function overwrite(into: State, from: State): State {
  if (into.theta.rows !== from.theta.rows || into.gamma.rows !== from.gamma.rows) {
    return copyState(from);
  }
  into.theta.data.set(from.theta.data);
  into.gamma.data.set(from.gamma.data);
  into.z.set(from.z);
  if (from.deviation !== undefined) {
    into.deviation!.lambda.set(from.deviation.lambda);
    into.deviation!.fromKnown.set(from.deviation.fromKnown);
  }
  return into;
}
