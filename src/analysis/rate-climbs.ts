import { degenerateExperts } from "../../samplers/em/degenerate.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../core/mixture.ts";
import type { Target } from "../core/target.ts";
import type { Vector } from "../math/matrix.ts";
import { mean, standardDeviation } from "../math/moments.ts";
import { type Climb, type ClimbSettings, stateOf } from "../run/climb-task.ts";
import { sameOptimum } from "./census.ts";
import type { RatedClimb } from "./maximum.ts";

/** An optimum that is so many sds lower on a part of the rows is not the highest of all rows. */
const CERTAIN = 5;
/** Degenerate optima that are looked at on all rows where there are no others. */
const FEW = 3;

/** Whether an expert owes its likelihood to few or exact rows. */
export function isDegenerate(target: Target, climb: Climb, { sdFloor }: ClimbSettings): boolean {
  return degenerateExperts(target, stateOf(target.n, climb), sdFloor).length > 0;
}

/** The highest without a degenerate expert; where all are degenerate, the highest. */
export function highest(climbs: readonly RatedClimb[]): RatedClimb | undefined {
  const regular = climbs.filter(({ degenerate }) => !degenerate);
  return (regular.length > 0 ? regular : climbs).reduce<RatedClimb | undefined>(
    (best, climb) => (best === undefined || climb.objective > best.objective ? climb : best),
    undefined,
  );
}

/** Distinct optima, those to follow first before the others. */
export interface Leaders {
  readonly climbs: readonly RatedClimb[];
  /** How many of them may be the highest of all rows, as the differences of log densities a row tell. */
  readonly open: number;
}

/**
 * The distinct optima that climbs over a part of the rows have reached: those without a degenerate expert, or if there are
 * none a few of the others; among them by height those that may be the highest of all rows, then the rest.
 * Source: [vuong1989]
 */
export function leadersOf(part: Target, climbs: readonly RatedClimb[]): Leaders {
  const regular = climbs.filter(({ degenerate }) => !degenerate);
  const sorted = (regular.length > 0 ? regular : climbs).toSorted(
    (a, b) => b.objective - a.objective,
  );
  const found: RatedClimb[] = [];
  for (const climb of sorted) {
    if (!found.some((other) => sameOptimum(other, climb))) found.push(climb);
  }
  const distinct = regular.length > 0 ? found : found.slice(0, FEW);
  const densities = logDensitiesOver(part);
  const highestOf = densities(distinct[0]!);
  const isOpen = (climb: RatedClimb): boolean => {
    const difference = densities(climb).map((value, i) => highestOf[i]! - value);
    const sd = standardDeviation(difference) / Math.sqrt(difference.length);
    return !(mean(difference) > CERTAIN * sd);
  };
  const open = distinct.filter(isOpen);
  return {
    climbs: [...open, ...distinct.filter((climb) => !open.includes(climb))],
    open: open.length,
  };
}

/** The log density of each row at a climb's end. */
function logDensitiesOver(target: Target): (climb: Climb) => Vector {
  const scratch = mixtureScratch(target);
  return (climb) => {
    sumOutAllocation(logJoint(target, stateOf(target.n, climb), scratch), scratch);
    return scratch.logDensity.slice();
  };
}
