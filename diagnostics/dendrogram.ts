import type { Draws } from "../src/core/draws.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../src/core/mixture.ts";
import { type DrawIndex, forEachState } from "../src/core/posterior.ts";
import type { State, Target } from "../src/core/target.ts";
import { fastLog } from "../src/math/exp.ts";
import { copy, row } from "../src/math/matrix.ts";
import {
  type MeasureSpace,
  type MixingMeasure,
  measureSpace,
  mergeAtoms,
} from "./mixing-measure.ts";

/** The fit that is left when so many components are. */
export interface DendrogramLevel {
  readonly components: number;
  /** Labels of the components (from 1) that each atom is made of. */
  readonly groups: readonly (readonly number[])[];
  /** Mean log-likelihood of a row. */
  readonly logLikelihood: number;
  /** Dissimilarity of the two closest atoms, which are merged next. NaN for one atom. */
  readonly height: number;
  /** −(height + log n · mean log-likelihood): the smaller the better. NaN for one atom. */
  readonly dsc: number;
}

export interface Dendrogram {
  /** From all components down to one. */
  readonly levels: readonly DendrogramLevel[];
  /**
   * The number of components with the smallest criterion: 2 or more, since one component has no
   * height. NaN for a fit of one.
   */
  readonly chosen: number;
}

/**
 * Merges the two closest components of a fit again and again, and scores every number of components
 * that is met: high where the closest atoms are far apart and the merged fit is still good. Meant
 * for the fit of a generous number of components. A known density keeps its share. Source: [do2024]
 * and [hai2025] for the criterion and its weight log n; weights averaged over rows, units and
 * moment-preserving merges are choices made here.
 */
export function dendrogram(target: Target, state: State): Dendrogram {
  const space = measureSpace(target);
  const scratch = mixtureScratch(target);
  const beside = state.deviation === undefined ? {} : { deviation: state.deviation };
  let measure = space.measure(state);
  let groups = [...measure.weight.keys()].map((k) => [k + 1]);
  const levels: DendrogramLevel[] = [];
  while (groups.length > 0) {
    const merged = { ...space.state(measure), ...beside };
    const total = sumOutAllocation(logJoint(target, merged, scratch), scratch);
    const logLikelihood = total / target.n;
    const { a, b, height } = closest(space, measure);
    const dsc = -(height + fastLog(target.n) * logLikelihood);
    levels.push({ components: groups.length, groups, logLikelihood, height, dsc });
    if (groups.length === 1) break;
    const others = [...groups.keys()].filter((k) => k !== a && k !== b);
    measure = space.rescaled(mergeAtoms(space, measure, [...others.map((k) => [k]), [a, b]]));
    groups = [...others.map((k) => groups[k]!), [...groups[a]!, ...groups[b]!]];
  }
  const scored = levels.filter(({ components }) => components > 1);
  const best = scored.reduce<DendrogramLevel | undefined>(
    (kept, level) => (kept === undefined || level.dsc <= kept.dsc ? level : kept),
    undefined,
  );
  return { levels, chosen: best?.components ?? Number.NaN };
}

/**
 * The dendrogram of the draw with the highest posterior density of all. target: on the scale of the
 * draws.
 */
export function dendrogramOfDraws(target: Target, draws: Draws): Dendrogram {
  let best: State | undefined;
  forEachState(target, draws, [highestDraw(draws)], ({ theta, gamma, z, deviation }) => {
    const beside = deviation === undefined ? {} : { deviation };
    best = { theta: copy(theta), gamma: copy(gamma), z, ...beside };
  });
  return dendrogram(target, best!);
}

function highestDraw({ variables, chains }: Draws): DrawIndex {
  const column = variables.indexOf("log_posterior");
  let best = { chain: 0, iteration: 0 };
  let highest = Number.NEGATIVE_INFINITY;
  chains.forEach(({ iterations, values }, chain) => {
    for (let iteration = 0; iteration < iterations; iteration++) {
      const value = values[iteration * variables.length + column]!;
      if (!(value > highest)) continue;
      highest = value;
      best = { chain, iteration };
    }
  });
  return best;
}

/** The two atoms of least dissimilarity; its value NaN where there is one atom. */
function closest(space: MeasureSpace, measure: MixingMeasure) {
  let found = { a: 0, b: 0, height: Number.NaN };
  for (let b = 1; b < measure.weight.length; b++) {
    for (let a = 0; a < b; a++) {
      const height = dissimilarity(space, measure, a, b);
      if (!(height >= found.height)) found = { a, b, height };
    }
  }
  return found;
}

/**
 * (1 / p_a + 1 / p_b)⁻¹ (‖gate slopes‖² + |level|² + ‖slopes‖ + |variance|) of the differences, in
 * sds of the covariates and residual sds: powers in the proportion of the published losses for normal
 * experts. Anything else counts squared.
 */
function dissimilarity(
  { coordinates, gateLevel }: MeasureSpace,
  { weight, gate, expert, scale }: MixingMeasure,
  a: number,
  b: number,
): number {
  let total = 0;
  let slopes = 0;
  for (let j = 0; j < gate.columns; j++) {
    if (j !== gateLevel) total += (row(gate, a)[j]! - row(gate, b)[j]!) ** 2;
  }
  coordinates.forEach(({ kind, unit }, j) => {
    const difference = (row(expert, a)[j]! - row(expert, b)[j]!) / scale ** unit;
    if (kind === "variance") total += Math.abs(difference);
    else if (kind === "slope" && unit === 1) slopes += difference * difference;
    else total += difference * difference;
  });
  return (weight[a]! * weight[b]! * (total + Math.sqrt(slopes))) / (weight[a]! + weight[b]!);
}
