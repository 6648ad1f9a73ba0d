import type { Expert } from "../../../src/core/expert.ts";
import type { GateGivenLevels } from "../../../src/core/gate.ts";
import type { Move } from "../../../src/core/kernel.ts";
import type { Target } from "../../../src/core/target.ts";
import { type Matrix, matrix, row, type Vector } from "../../../src/math/matrix.ts";
import { withGivenLevels } from "./stale.ts";

/** How much likelier a row is, in logs, to go with those that it is with now. */
const PREFERENCE = 4;

/** Mistake: the launch knows how rows are divided now. */
export function launchedFromDivision(make: (target: Target) => Move, target: Target): Move {
  let z: Int32Array = new Int32Array(0);
  let calls = 0;
  const expert: Expert = {
    ...target.expert,
    // Of the two experts of a launch in turn.
    logDensity: (_, out) => {
      const weight = PREFERENCE * (calls++ % 2);
      for (let i = 0; i < out.length; i++) out[i] = weight * z[i]!;
    },
  };
  const move = make({ ...target, expert });
  return {
    name: `${move.name} from the current division`,
    step(rng, state, warmup) {
      z = state.z;
      return move.step(rng, state, warmup);
    },
  };
}

/** Mistake: the launch starts from the first two experts that the state has, and keeps them. */
export function launchedFromExperts(make: (target: Target) => Move, target: Target): Move {
  let theta: Matrix = matrix(0, 0);
  let drawn = 0;
  const expert: Expert = {
    ...target.expert,
    samplePrior: (_, out) => out.set(row(theta, drawn++ % Math.min(2, theta.rows))),
    maximize: () => undefined,
  };
  const move = make({ ...target, expert });
  return {
    name: `${move.name} from the current experts`,
    step(rng, state, warmup) {
      theta = state.theta;
      return move.step(rng, state, warmup);
    },
  };
}

/**
 * Rows of the gate proposed from a density that is right for other levels, shifted by a number in logs: by a constant it
 * is the positive control; by one that depends on the current gate a mistake, for the way back is then another.
 */
export function proposedFrom(
  make: (target: Target) => Move,
  target: Target,
  shiftOf: (gamma: Matrix) => number,
): Move {
  let current: Matrix = matrix(0, 0);
  const shift = () => shiftOf(current);
  const move = make(withGivenLevels(target, (given) => shifted(target, given, shift)));
  return {
    name: `${move.name}, shifted`,
    step(rng, state, warmup) {
      current = state.gamma;
      return move.step(rng, state, warmup);
    },
  };
}

function shifted(target: Target, given: GateGivenLevels, shift: () => number): GateGivenLevels {
  const { n, gate } = target;
  const levels = new Float64Array(n);
  const other = new Float64Array(n);
  const linear = new Float64Array(n);

  /** Σ u_i exp(logWeight_i): all in which h differs between levels. */
  function rate(row: Vector, logLevels: Vector): number {
    gate.logWeight(row, linear);
    return linear.reduce((sum, eta, i) => sum + Math.exp(eta + logLevels[i]!), 0);
  }

  function loadShifted(): void {
    const by = shift();
    levels.forEach((level, i) => {
      other[i] = level + by;
    });
    given.load(other);
  }

  /** log h at the true levels − log h at the shifted ones. */
  const correction = (row: Vector): number => rate(row, other) - rate(row, levels);

  return {
    ...given,
    load: (logLevels) => levels.set(logLevels),
    draw(rng, members, row) {
      loadShifted();
      return given.draw(rng, members, row) + correction(row);
    },
    logWeight(members, row) {
      loadShifted();
      return given.logWeight(members, row) + correction(row);
    },
  };
}

/** Lower levels where the first intercept is high: the proposal is drawn to where the chain is. A mistake. */
export const byCurrentGate =
  (strength: number) =>
  ({ data }: Matrix): number =>
    -strength * Math.tanh(data[0]!);

/** The positive control. */
export const elsewhere = (): number => 0.7;
