import { logJoint, mixtureScratch, toResponsibilities } from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { standardDeviation } from "../../src/math/moments.ts";
import { createRng, integerBelow } from "../../src/math/rng.ts";
import { isAtFloor } from "./parameter-plan.ts";
import { scaleIndex } from "./scale-index.ts";

/** An expert that owes its likelihood to what a density does with few or exact rows. */
export interface DegenerateExpert {
  readonly component: number;
  /**
   * "collapsed": its density gives one recorded value more than probability 1. "few-rows": its narrow
   * fit has hardly more rows than parameters. "exact-rows": it is narrow, and more of its rows lie on
   * one line (plane) than any fit goes through, so that its likelihood has no bound.
   */
  readonly why: "collapsed" | "few-rows" | "exact-rows";
  readonly sd: number;
  /** Its responsibilities together. */
  readonly rows: number;
  /** The largest number of its rows that were found on one line; 0 where none was looked for. */
  readonly exact: number;
}

/** The least ratio of two experts' sds with which the likelihood is bounded, as a constraint. */
const NARROW = 0.1;
/** The density of a normal at its mean is this over its sd. */
const PEAK = 1 / Math.sqrt(2 * Math.PI);

/**
 * The degenerate experts of a state; none where experts have no sd or all sds are at the floor. No
 * local rule tells a narrow group of rows from a spike on exact ones: both are separate maxima. So an
 * expert is suspected where its sd is below a tenth of the largest (a constraint of this kind makes
 * the likelihood bounded, its maximum consistent), and convicted where exact or few rows allow its sd
 * to fall to zero. Source: [hathaway1985]
 */
export function degenerateExperts(target: Target, state: State, sdFloor = 0): DegenerateExpert[] {
  const sdAt = scaleIndex(target);
  if (sdAt < 0) return [];
  const scratch = mixtureScratch(target);
  const responsibility = toResponsibilities(logJoint(target, state, scratch), scratch);
  const sds = Array.from({ length: state.theta.rows }, (_, k) => row(state.theta, k)[sdAt]!);
  const narrow = NARROW * Math.max(...sds);
  const collapsed = PEAK * recordedUnit(target.expert.y);
  return sds.flatMap((sd, component): DegenerateExpert[] => {
    if (isAtFloor(sd, sdFloor)) return [];
    const own = row(responsibility, component);
    const rows = own.reduce((sum, r) => sum + r, 0);
    const found = { component, sd, rows, exact: 0 };
    if (sd < collapsed) return [{ ...found, why: "collapsed" }];
    if (sd >= narrow) return [];
    if (rows <= target.expert.dimension + 1) return [{ ...found, why: "few-rows" }];
    const { exact, free } = rowsOnOneFit(target, mostlyIn(responsibility, component));
    return exact >= free + 2 ? [{ ...found, exact, why: "exact-rows" }] : [];
  });
}

/** The smallest difference between two responses; 0 where all are equal. */
function recordedUnit(y: Vector): number {
  const values = y.toSorted();
  let unit = Number.POSITIVE_INFINITY;
  for (let i = 1; i < values.length; i++) {
    const gap = values[i]! - values[i - 1]!;
    if (gap > ROUNDING * Math.abs(values[i]!) && gap < unit) unit = gap;
  }
  return Number.isFinite(unit) ? unit : 0;
}

function mostlyIn(responsibility: Matrix, k: number): Int32Array {
  const own = row(responsibility, k);
  return Int32Array.from(own.keys()).filter((i) => own[i]! > 0.5);
}

const TRIALS = 500;
/** Relative differences below this are rounding errors. */
const ROUNDING = 1e-8;

/**
 * The largest number of the rows that one fit goes through, over fits to as many random ones as there
 * are coefficients (`free`). The same for the same rows. Source: [rousseeuw1984]
 */
function rowsOnOneFit({ n, expert }: Target, rows: Int32Array): { exact: number; free: number } {
  const free = expert.layout.reduce((sum, { size, terms }) => sum + (terms ? size : 0), 0);
  const rng = createRng(1);
  const near = ROUNDING * standardDeviation(expert.y);
  const theta = new Float64Array(expert.dimension);
  const fitted = new Float64Array(n);
  const weight = new Float64Array(free).fill(1);
  const chosen = new Int32Array(free);
  let exact = 0;
  for (let trial = 0; trial < TRIALS && rows.length > free; trial++) {
    for (let j = 0; j < free; j++) chosen[j] = rows[integerBelow(rng, rows.length)]!;
    theta.fill(1);
    expert.maximize(theta, { rows: chosen, weight }, 0);
    expert.mean(theta, fitted);
    let count = 0;
    for (const i of rows) if (Math.abs(expert.y[i]! - fitted[i]!) <= near) count++;
    exact = Math.max(exact, count);
  }
  return { exact, free };
}
