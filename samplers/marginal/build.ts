import type { PointLayout } from "../../src/core/marginal-derivatives.ts";
import type { MarginalPosterior } from "../../src/core/marginal-posterior.ts";
import { solveLower } from "../../src/math/cholesky.ts";
import { matrix, row, type Vector } from "../../src/math/matrix.ts";
import { labelsAt } from "./labels.ts";
import type { Memory } from "./memory.ts";
import { modeFinder } from "./mode.ts";
import { reference } from "./reference.ts";
import { GOOD_ENOUGH, type Score, scoreOn, type Visited } from "./score.ts";
import { variationalStep } from "./variational.ts";

/** Less than this part of the largest variance of a trait is not told from none. */
const LEAST_VARIANCE = 1e-12;

/**
 * Makes a reference from points of the pilot: the mode above the highest of them, then, where it scores better, the
 * normal density closest to the posterior. Writes it, and the places of the labels, to memory; its score on the points,
 * undefined where there is no mode.
 */
export function buildReference(
  posterior: MarginalPosterior,
  points: readonly Vector[],
  memory: Memory,
): Score | undefined {
  const { layout } = posterior;
  const base = layout.components - 1;
  const mean = highest(posterior, points, base).slice();
  const factor = new Float64Array(mean.length ** 2);
  if (!modeFinder(posterior)(mean, base, factor)) return undefined;
  const canonical = place(layout, mean, factor, points, memory);
  const labels = labelsAt(layout, memory.places, memory.inverse);
  const scored = (): Score =>
    scoreOn(canonical, posterior, reference(memory.mean, memory.factor), labels);
  memory.mean.set(mean);
  memory.factor.set(factor);
  const laplace = scored();
  if (isHopeless(laplace)) return laplace;
  if (!variationalStep(posterior, base, memory.mean, memory.factor)) {
    memory.mean.set(mean);
    memory.factor.set(factor);
    return laplace;
  }
  const variational = scored();
  if (isBetter(variational, laplace)) return variational;
  memory.mean.set(mean);
  memory.factor.set(factor);
  return laplace;
}

/** No step from here makes it good enough. */
const isHopeless = ({ accepted, stuck }: Score): boolean =>
  accepted < 0.2 * GOOD_ENOUGH.accepted && stuck > 0.5;

const isBetter = (a: Score, b: Score): boolean => a.accepted - a.stuck > b.accepted - b.stuck;

function highest(posterior: MarginalPosterior, points: readonly Vector[], base: number): Vector {
  let best = points[0]!;
  let value = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    const own = posterior.value(point, base);
    if (!(own > value)) continue;
    best = point;
    value = own;
  }
  return best;
}

/** Fixes the places of the labels at the mode; the points renumbered by them. */
function place(
  layout: PointLayout,
  mode: Vector,
  factor: Vector,
  points: readonly Vector[],
  { places, inverse }: Memory,
): Visited[] {
  const labels = labelsAt(layout, places, inverse);
  labels.traits(mode, places);
  inverse.set(traitPrecisions(layout, factor));
  const order = new Int32Array(layout.components);
  return points.map((point) => {
    labels.order(point, order);
    // The points are in the numbering of their states, whose last component is the one in question.
    const base = order.indexOf(layout.components - 1);
    return { point: renumbered(layout, point, order), base };
  });
}

/** The same point with component order[l] in place l. */
export function renumbered(layout: PointLayout, point: Vector, order: Int32Array): Vector {
  const { components: K, q, d } = layout;
  const out = new Float64Array(point.length);
  const gate = (k: number, j: number): number => (k < K - 1 ? point[k * q + j]! : 0);
  for (let l = 0; l < K; l++) {
    for (let j = 0; j < q && l < K - 1; j++) {
      out[l * q + j] = gate(order[l]!, j) - gate(order[K - 1]!, j);
    }
    const from = layout.expert(order[l]!);
    out.set(point.subarray(from, from + d), layout.expert(l));
  }
  return out;
}

/** One over the variance of each trait under the normal approximation, averaged over components. */
function traitPrecisions(layout: PointLayout, factor: Vector): Vector {
  const { components: K, q, d, dimension: D } = layout;
  const variance = variances(factor, D);
  const out = new Float64Array(q + d);
  for (let j = 0; j < q; j++) {
    for (let k = 0; k < K - 1; k++) out[j] = out[j]! + variance[k * q + j]! / (K - 1);
  }
  for (let j = 0; j < d; j++) {
    for (let k = 0; k < K; k++) out[q + j] = out[q + j]! + variance[layout.expert(k) + j]! / K;
  }
  const least = LEAST_VARIANCE * Math.max(...out, Number.MIN_VALUE);
  return out.map((one) => 1 / Math.max(one, least));
}

/** The diagonal of (R R')⁻¹. */
function variances(factor: Vector, D: number): Vector {
  const unit = matrix(1, D);
  const column = row(unit, 0);
  return Float64Array.from({ length: D }, (_, j) => {
    column.fill(0);
    column[j] = 1;
    solveLower(factor, D, column);
    return column.reduce((sum, x) => sum + x * x, 0);
  });
}
