import type { State, Target } from "../src/core/target.ts";
import { fastExp, fastLog } from "../src/math/exp.ts";
import { row, type Vector } from "../src/math/matrix.ts";
import { type Component, copyComponent, spareComponent } from "./components.ts";
import type { Share, ShareLoops } from "./share-loops.ts";

/** Sums between these, whose products and quotients stay in the range of doubles, are kept as they are. */
const SMALLEST_SUM = 1e-100;
const LARGEST_SUM = 1e100;

/** The shares of a state's components, their sums, and the logs of the units that shares are in, at each row. */
export function keptShares({ gate, expert }: Pick<Target, "gate" | "expert">, loops: ShareLoops) {
  const { total, unit } = loops;
  const component = spareComponent({ gate, expert });
  const shares: Share[] = [];
  const spare: Share[] = [];

  /** Writes the share of a component; whether every exponent was in range. */
  function fill({ theta, gamma }: Component, out: Share): boolean {
    gate.logWeight(gamma, out.logGate);
    expert.logDensity(theta, out.joint);
    return loops.exponentiate(out);
  }

  /** The share of a component whose gate row is that of the share already. */
  function fillDensity({ theta }: Component, out: Share): boolean {
    expert.logDensity(theta, out.joint);
    return loops.exponentiateDensity(out);
  }

  const isInRange = (): boolean => allInRange(total.gate) && allInRange(total.joint);

  function refill(state: State, fillOne = fill): boolean {
    let isFilled = true;
    for (let k = 0; k < shares.length; k++) {
      copyComponent(state, k, component);
      isFilled = fillOne(component, shares[k]!) && isFilled;
    }
    sumShares(loops, shares, [], total);
    return isFilled && isInRange();
  }

  /** Writes the shares of all components of a state, in units in which sums are in range. */
  function keep(state: State): void {
    while (shares.length > state.theta.rows) spare.push(shares.pop()!);
    while (shares.length < state.theta.rows) shares.push(spare.pop() ?? loops.share());
    unit.gate.fill(0);
    unit.joint.fill(0);
    if (refill(state)) return;
    writeLogTotals({ gate, expert }, state, unit);
    refill(state);
  }

  return {
    shares,
    fill,
    isInRange,
    keep,

    /** The same of a state with the components of the kept one but for their experts' parameters. */
    keepDensities(state: State): void {
      if (!refill(state, fillDensity)) keep(state);
    },

    /** out = the sum of the shares of all but some components: added up, never subtracted. */
    sumOthers: (removed: readonly number[], out: Share): void =>
      sumShares(loops, shares, removed, out),

    /** Puts shares in the order of a new state's components, those of new ones too, and other arrays in their stead. */
    reorder(origins: readonly number[], fresh: Share[]): void {
      const old = shares.splice(0);
      for (let k = 0; k < old.length; k++) if (!origins.includes(k)) spare.push(old[k]!);
      for (const origin of origins) {
        if (origin >= 0) shares.push(old[origin]!);
        else {
          shares.push(fresh[-1 - origin]!);
          fresh[-1 - origin] = spare.pop() ?? loops.share();
        }
      }
    },
  };
}

/** density[i] = log of the density of row i, allocations summed out. */
export function writeDensity({ total, unit, density }: ShareLoops): void {
  const { gate, joint } = total;
  const { gate: gateUnit, joint: jointUnit } = unit;
  for (let i = 0; i < density.length; i++) {
    density[i] = jointUnit[i]! - gateUnit[i]! + fastLog(joint[i]! / gate[i]!);
  }
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

function sumShares(
  loops: ShareLoops,
  shares: readonly Share[],
  removed: readonly number[],
  out: Share,
): void {
  let first: Share | undefined;
  let used = 0;
  for (let k = 0; k < shares.length; k++) {
    if (removed.includes(k)) continue;
    const share = shares[k]!;
    used++;
    if (first === undefined) first = share;
    else loops.add(used === 2 ? first : out, share, out);
  }
  if (used === 1) setShare(first!, out);
  if (used > 0) return;
  out.gate.fill(0);
  out.joint.fill(0);
}

/** out = share. */
export function setShare({ gate, joint }: Share, out: Share): void {
  out.gate.set(gate);
  out.joint.set(joint);
}

function addTo(sum: Vector, values: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + values[i]!;
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
