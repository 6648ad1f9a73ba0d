import type { State, Target } from "../src/core/target.ts";
import { type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";
import { integerBelow, type Rng } from "../src/math/rng.ts";

/** One component: its expert's parameters and its row of the gate. */
export interface Component {
  readonly theta: Vector;
  readonly gamma: Vector;
}

/** The component k of a state, as views. */
export function componentOf({ theta, gamma }: State, k: number): Component {
  return { theta: row(theta, k), gamma: row(gamma, k) };
}

/** A component to copy others into: views cost more than the few numbers. */
export const spareComponent = ({ expert, gate }: Pick<Target, "expert" | "gate">): Component => ({
  theta: new Float64Array(expert.dimension),
  gamma: new Float64Array(gate.dimension),
});

/** Copies component k of a state. */
export function copyComponent({ theta, gamma }: State, k: number, out: Component): void {
  copyRow(theta, k, out.theta);
  copyRow(gamma, k, out.gamma);
}

/** out = row k of m. */
export function copyRow({ columns, data }: Matrix, k: number, out: Vector): void {
  for (let j = 0, at = k * columns; j < columns; j++, at++) out[j] = data[at]!;
}

/** Row k of m becomes `values`. */
export function setRow(values: Vector, { columns, data }: Matrix, k: number): void {
  for (let j = 0, at = k * columns; j < columns; j++, at++) data[at] = values[j]!;
}

/**
 * The state without some components and with others, each put at a place drawn uniformly: so components stay
 * exchangeable. z is kept as it is and must be drawn or renumbered by the caller: component k comes from origins[k] of
 * the old state, or from added[−1 − origins[k]].
 */
export function exchange(
  rng: Rng,
  state: State,
  removed: readonly number[],
  added: readonly Component[],
): { readonly state: State; readonly origins: readonly number[] } {
  const origins: number[] = [];
  for (let k = 0; k < state.theta.rows; k++) if (!removed.includes(k)) origins.push(k);
  for (let j = 0; j < added.length; j++) {
    origins.splice(integerBelow(rng, origins.length + 1), 0, -1 - j);
  }
  const theta = matrix(origins.length, state.theta.columns);
  const gamma = matrix(origins.length, state.gamma.columns);
  for (let k = 0; k < origins.length; k++) {
    const origin = origins[k]!;
    if (origin >= 0) {
      copyBetween(state.theta, origin, theta, k);
      copyBetween(state.gamma, origin, gamma, k);
    } else {
      setRow(added[-1 - origin]!.theta, theta, k);
      setRow(added[-1 - origin]!.gamma, gamma, k);
    }
  }
  const { z, deviation } = state;
  const changed = deviation === undefined ? { theta, gamma, z } : { theta, gamma, z, deviation };
  return { state: changed, origins };
}

/** Row `to` of `out` becomes row `from` of m. */
function copyBetween({ columns, data }: Matrix, from: number, out: Matrix, to: number): void {
  for (let j = 0; j < columns; j++) out.data[to * columns + j] = data[from * columns + j]!;
}

/**
 * The same with z renumbered in place: added[j] gets the rows of groups[j], all others stay with their own component. Of
 * removed components every row must be in a group.
 */
export function exchangeWithRows(
  rng: Rng,
  state: State,
  removed: readonly number[],
  added: readonly Component[],
  groups: readonly Int32Array[] = [],
): State {
  const { state: next, origins } = exchange(rng, state, removed, added);
  const place = new Int32Array(state.theta.rows);
  origins.forEach((origin, k) => {
    if (origin >= 0) place[origin] = k;
  });
  const { z } = next;
  for (let m = 0; m < z.length; m++) z[m] = place[z[m]!]!;
  groups.forEach((rows, g) => {
    const k = origins.indexOf(-1 - g);
    for (const m of rows) z[m] = k;
  });
  return next;
}

/** Components without a row. */
export function emptyComponents({ theta, z }: State): number[] {
  const filled = new Uint8Array(theta.rows);
  for (let i = 0; i < z.length; i++) filled[z[i]!] = 1;
  return Array.from(filled.keys()).filter((k) => filled[k] === 0);
}
