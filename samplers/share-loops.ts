import { fastExp } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";

/** What a component adds, at each row, to the sum of the gate's weights and to that of weights times densities. */
export interface Share {
  readonly gate: Vector;
  readonly joint: Vector;
  /** Log of the gate's weight, of the share of one component. */
  readonly logGate: Vector;
}

/** Sums of shares above this hold one that has been cut off, or nearly: the ratio is then worked out in logs. */
export const LARGEST_TOTAL = 1e130;

/** Vectors over rows, and the loops over them that take most of the time of moves with allocations summed out. */
export interface ShareLoops {
  /** Sums of the kept components' shares, and the logs of the units that shares are in. */
  readonly total: Share;
  readonly unit: Share;
  /** Log density of each row, allocations summed out; that of a new component; and what `newborn` and `ratios` write. */
  readonly density: Vector;
  readonly logDensity: Vector;
  readonly ratio: Vector;
  /** Memory for one share more. */
  share(): Share;
  /** From log weights (logGate) and log densities (joint) to a share in the units; whether all was in range. */
  exponentiate(share: Share): boolean;
  /** The same of a share whose gate is there. */
  exponentiateDensity(share: Share): boolean;
  /** out = a + b. */
  add(a: Share, b: Share, out: Share): void;
  /** Σ_i max(0, logDensity_i − density_i). */
  most(): number;
  /**
   * Looks at one in so many pairs of rows, from the pair `round` on: writes the share of a new component of `logDensity`
   * and, to `ratio`, A / S with it over that without. Returns the part of these rows in `most`; NaN out of range.
   */
  newborn(share: Share, round: number): number;
  /** Writes A / S of these sums over that of the total to `ratio`. */
  ratios(sums: Share): void;
}

/** A share of nothing. */
export const emptyShare = (n: number): Share => ({
  gate: new Float64Array(n),
  joint: new Float64Array(n),
  logGate: new Float64Array(n),
});

/** The loops, plainly: to the bits of those of `share-lanes.ts`, which sum even and odd rows apart. */
export function plainShareLoops(n: number, pairsApart: number): ShareLoops {
  const total = emptyShare(n);
  const unit = emptyShare(n);
  const density = new Float64Array(n);
  const logDensity = new Float64Array(n);
  const ratio = new Float64Array(n);
  const kept = { total, unit, density, logDensity, ratio };
  return {
    ...kept,
    share: () => emptyShare(n),
    exponentiate: (share) => exponentiate(share, unit),
    exponentiateDensity: (share) => exponentiateDensity(share, unit),
    add(a, b, out) {
      addVectors(a.gate, b.gate, out.gate);
      addVectors(a.joint, b.joint, out.joint);
    },
    most: () => sumOfExcesses(logDensity, density),
    newborn: (share, round) => addNewborn(share, kept, round, pairsApart),
    ratios: (sums) => writeRatios(sums, total, ratio),
  };
}

// Arrays are taken out of their objects before a loop: engines look them up anew at every row.

function exponentiate({ gate, joint, logGate }: Share, unit: Share): boolean {
  const { gate: gateUnit, joint: jointUnit } = unit;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < gate.length; i++) {
    const eta = logGate[i]!;
    const own = fastExp(eta - gateUnit[i]!);
    const both = fastExp(eta + joint[i]! - jointUnit[i]!);
    gate[i] = own;
    joint[i] = both;
    if ((i & 1) === 0) even += own + both;
    else odd += own + both;
  }
  return even + odd < LARGEST_TOTAL;
}

function exponentiateDensity({ gate, joint }: Share, unit: Share): boolean {
  const { gate: gateUnit, joint: jointUnit } = unit;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < gate.length; i++) {
    const own = fastExp(joint[i]! + gateUnit[i]! - jointUnit[i]!);
    joint[i] = gate[i]! * own;
    if ((i & 1) === 0) even += own;
    else odd += own;
  }
  return even + odd < LARGEST_TOTAL;
}

function addVectors(a: Vector, b: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
}

function sumOfExcesses(logDensity: Vector, density: Vector): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < density.length; i++) {
    const excess = Math.max(0, logDensity[i]! - density[i]!);
    if ((i & 1) === 0) even += excess;
    else odd += excess;
  }
  return even + odd;
}

type Kept = Pick<ShareLoops, "total" | "unit" | "density" | "logDensity" | "ratio">;

function addNewborn(
  { gate, joint, logGate }: Share,
  { total, unit, density, logDensity, ratio }: Kept,
  round: number,
  pairsApart: number,
): number {
  const { gate: oldGate, joint: oldJoint } = total;
  const { gate: gateUnit, joint: jointUnit } = unit;
  const n = gate.length;
  let [even, odd, evenAdded, oddAdded] = [0, 0, 0, 0];
  for (let first = 2 * round; first < n; first += 2 * pairsApart) {
    for (let i = first; i < Math.min(first + 2, n); i++) {
      const eta = logGate[i]!;
      const f = logDensity[i]!;
      const own = fastExp(eta - gateUnit[i]!);
      const both = fastExp(eta + f - jointUnit[i]!);
      gate[i] = own;
      joint[i] = both;
      const a = oldJoint[i]!;
      const s = oldGate[i]!;
      ratio[i] = ((a + both) * s) / ((s + own) * a);
      const excess = Math.max(0, f - density[i]!);
      if (i === first) {
        evenAdded += excess;
        even += own + both;
      } else {
        oddAdded += excess;
        odd += own + both;
      }
    }
  }
  return even + odd < LARGEST_TOTAL ? evenAdded + oddAdded : Number.NaN;
}

function writeRatios({ gate, joint }: Share, total: Share, out: Vector): void {
  const { gate: oldGate, joint: oldJoint } = total;
  for (let i = 0; i < out.length; i++) {
    out[i] = (joint[i]! * oldGate[i]!) / (gate[i]! * oldJoint[i]!);
  }
}
