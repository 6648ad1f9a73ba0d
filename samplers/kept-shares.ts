import type { State, Target } from "../src/core/target.ts";
import { fastExp, fastLog } from "../src/math/exp.ts";
import { row, type Vector } from "../src/math/matrix.ts";
import { type Component, componentOf } from "./components.ts";

/** Beyond this exponent a share is not computed: the ratio is then worked out in logs. */
const LARGEST_EXPONENT = 300;
/** Sums between these, whose products and quotients stay in the range of doubles, are kept as they are. */
const SMALLEST_SUM = 1e-100;
const LARGEST_SUM = 1e100;

/** What a component adds, at each row, to the sum of the gate's weights and to that of weights times densities. */
export interface Share {
  readonly gate: Vector;
  readonly joint: Vector;
  /** Log of the gate's weight, of the share of one component. */
  readonly logGate: Vector;
}

/** The shares of a state's components, their sums, and the logs of the units that shares are in, at each row. */
export function keptShares({ n, gate, expert }: Target) {
  const total: Share = shareOf(n);
  const unit: Share = shareOf(n);
  const shares: Share[] = [];
  const spare: Share[] = [];

  /** Writes the share of a component; whether every exponent was in range. */
  function fill({ theta, gamma }: Component, out: Share): boolean {
    gate.logWeight(gamma, out.logGate);
    expert.logDensity(theta, out.joint);
    return exponentiate(out, unit);
  }

  const isInRange = (): boolean => allInRange(total.gate) && allInRange(total.joint);

  function refill(state: State): boolean {
    let isFilled = true;
    for (let k = 0; k < shares.length; k++) {
      isFilled = fill(componentOf(state, k), shares[k]!) && isFilled;
    }
    sumShares(shares, [], total);
    return isFilled && isInRange();
  }

  return {
    shares,
    total,
    unit,
    fill,
    isInRange,

    /** Writes the shares of all components of a state, in units in which sums are in range. */
    keep(state: State): void {
      while (shares.length > state.theta.rows) spare.push(shares.pop()!);
      while (shares.length < state.theta.rows) shares.push(spare.pop() ?? shareOf(n));
      unit.gate.fill(0);
      unit.joint.fill(0);
      if (refill(state)) return;
      writeLogTotals({ gate, expert }, state, unit);
      refill(state);
    },

    /** out = the sum of the shares of all but some components: added up, never subtracted. */
    sumOthers: (removed: readonly number[], out: Share): void => sumShares(shares, removed, out),

    /** Puts shares in the order of a new state's components, those of new ones too, and other arrays in their stead. */
    reorder(origins: readonly number[], fresh: Share[]): void {
      const old = shares.slice();
      old.forEach((share, k) => {
        if (!origins.includes(k)) spare.push(share);
      });
      shares.length = 0;
      for (const origin of origins) {
        if (origin >= 0) shares.push(old[origin]!);
        else {
          shares.push(fresh[-1 - origin]!);
          fresh[-1 - origin] = spare.pop() ?? shareOf(n);
        }
      }
    },

    /** out[i] = log of the density of row i, allocations summed out. */
    logDensity(out: Vector): void {
      const { gate: sumOfGates, joint: sumOfJoints } = total;
      const { gate: gateUnit, joint: jointUnit } = unit;
      for (let i = 0; i < n; i++) {
        out[i] = jointUnit[i]! - gateUnit[i]! + fastLog(sumOfJoints[i]! / sumOfGates[i]!);
      }
    },
  };
}

/** Logs of the sums over a state's components. */
function writeLogTotals(
  { gate, expert }: Pick<Target, "gate" | "expert">,
  { theta, gamma }: State,
  out: Share,
): void {
  const eta = new Float64Array(out.gate.length);
  const joint = new Float64Array(out.gate.length);
  out.gate.fill(Number.NEGATIVE_INFINITY);
  out.joint.fill(Number.NEGATIVE_INFINITY);
  for (let k = 0; k < theta.rows; k++) {
    gate.logWeight(row(gamma, k), eta);
    expert.logDensity(row(theta, k), joint);
    addTo(joint, eta);
    addInLogs(out.gate, eta);
    addInLogs(out.joint, joint);
  }
}

/** A share of nothing. */
export const shareOf = (n: number): Share => ({
  gate: new Float64Array(n),
  joint: new Float64Array(n),
  logGate: new Float64Array(n),
});

function sumShares(shares: readonly Share[], removed: readonly number[], out: Share): void {
  let first: Share | undefined;
  let used = 0;
  for (let k = 0; k < shares.length; k++) {
    if (removed.includes(k)) continue;
    const share = shares[k]!;
    used++;
    if (used === 2) setSum(first!, share, out);
    else if (used > 2) addShare(share, out);
    else first = share;
  }
  if (used === 1) setShare(first!, out);
  if (used > 0) return;
  out.gate.fill(0);
  out.joint.fill(0);
}

/** out = a + b. */
function setSum(a: Share, b: Share, out: Share): void {
  setSumOf(a.gate, b.gate, out.gate);
  setSumOf(a.joint, b.joint, out.joint);
}

function setSumOf(a: Vector, b: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
}

/** out = share. */
export function setShare({ gate, joint }: Share, out: Share): void {
  out.gate.set(gate);
  out.joint.set(joint);
}

/** out += share. */
export function addShare(share: Share, out: Share): void {
  addTo(out.gate, share.gate);
  addTo(out.joint, share.joint);
}

function addTo(sum: Vector, values: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + values[i]!;
}

/** From log weights and log densities to shares in the units; whether every exponent was in range. */
function exponentiate({ gate, joint, logGate }: Share, unit: Share): boolean {
  const { gate: gateUnit, joint: jointUnit } = unit;
  let isInRange = true;
  for (let i = 0; i < gate.length; i++) {
    const g = logGate[i]! - gateUnit[i]!;
    const j = logGate[i]! + joint[i]! - jointUnit[i]!;
    if (!(g < LARGEST_EXPONENT && j < LARGEST_EXPONENT)) isInRange = false;
    gate[i] = fastExp(g);
    joint[i] = fastExp(j);
  }
  return isInRange;
}

function allInRange(sums: Vector): boolean {
  let smallest = 1;
  let largest = 1;
  for (let i = 0; i < sums.length; i++) {
    const sum = sums[i]!;
    if (!(sum > smallest)) smallest = sum;
    if (!(sum < largest)) largest = sum;
  }
  return smallest > SMALLEST_SUM && largest < LARGEST_SUM;
}

/** log out[i] becomes the log of the sum of both. */
function addInLogs(out: Vector, log: Vector): void {
  for (let i = 0; i < out.length; i++) {
    const high = Math.max(out[i]!, log[i]!);
    const low = Math.min(out[i]!, log[i]!);
    out[i] = low === Number.NEGATIVE_INFINITY ? high : high + fastLog(1 + fastExp(low - high));
  }
}
