import type { PointLayout } from "../../src/core/marginal-derivatives.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { matrix, row, type Vector } from "../../src/math/matrix.ts";
import { renumbered } from "./build.ts";
import { type Labels, labelsAt, traitsOf } from "./labels.ts";
import type { Guides } from "./moves.ts";
import { reference } from "./reference.ts";

/** Rounds of renumbering points and moving the places to their means. */
const MOST_ROUNDS = 5;
const LEAST_VARIANCE = 1e-12;

/**
 * Guides from points of a posterior, each in a numbering of its own: places that the components of the points lie close
 * to, and the normal density with the mean and covariance of the points in the numbering of these places. `first` is the
 * point whose components are the first places. Undefined where the covariance has no Cholesky factor.
 */
export function momentGuides(
  layout: PointLayout,
  points: readonly Vector[],
  first: Vector,
): Guides | undefined {
  const { labels, numbered } = gather(layout, points, first);
  const { dimension: D } = layout;
  const mean = new Float64Array(D);
  for (const point of numbered) {
    for (let j = 0; j < D; j++) mean[j] = mean[j]! + point[j]! / numbered.length;
  }
  const factor = precisionFactor(numbered, mean);
  return factor === undefined ? undefined : { reference: reference(mean, factor), labels };
}

/** Places and numbering by turns, as in k-means; the points in the numbering of the last places. */
function gather(layout: PointLayout, points: readonly Vector[], first: Vector) {
  const { components: K } = layout;
  const size = traitsOf(layout);
  const places = matrix(K, size);
  const inverse = new Float64Array(size);
  const labels = labelsAt(layout, places, inverse);
  const order = new Int32Array(K);
  const inPlace = (point: Vector): Vector => {
    labels.order(point, order);
    return order.every((k, l) => k === l) ? point : renumbered(layout, point, order);
  };
  labels.traits(first, places);
  inverse.set(precisions(layout, labels, points));
  let numbered = points.map(inPlace);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    places.data.set(meanTraits(layout, labels, numbered));
    inverse.set(precisions(layout, labels, numbered, places.data));
    const next = numbered.map(inPlace);
    const isSettled = next.every((point, s) => point === numbered[s]);
    numbered = next;
    if (isSettled) break;
  }
  return { labels, numbered };
}

/** K × traits, averaged over points. */
function meanTraits(layout: PointLayout, labels: Labels, points: readonly Vector[]): Vector {
  const own = matrix(layout.components, traitsOf(layout));
  const out = new Float64Array(own.data.length);
  for (const point of points) {
    labels.traits(point, own);
    for (let at = 0; at < out.length; at++) out[at] = out[at]! + own.data[at]! / points.length;
  }
  return out;
}

/** One over the variance of each trait over points and components, around these means or, without, around that of all. */
function precisions(
  layout: PointLayout,
  labels: Labels,
  points: readonly Vector[],
  means?: Vector,
): Vector {
  const { components: K } = layout;
  const size = traitsOf(layout);
  const own = matrix(K, size);
  const around = means ?? overall(meanTraits(layout, labels, points), K, size);
  const out = new Float64Array(size);
  for (const point of points) {
    labels.traits(point, own);
    for (let at = 0; at < own.data.length; at++) {
      const gap = own.data[at]! - around[at]!;
      out[at % size] = out[at % size]! + (gap * gap) / (K * points.length);
    }
  }
  const least = LEAST_VARIANCE * Math.max(...out, Number.MIN_VALUE);
  return out.map((one) => 1 / Math.max(one, least));
}

/** The mean over components, in the place of each. */
function overall(means: Vector, K: number, size: number): Vector {
  const total = new Float64Array(size);
  for (let at = 0; at < means.length; at++) total[at % size] = total[at % size]! + means[at]! / K;
  return means.map((_, at) => total[at % size]!);
}

/** The lower Cholesky factor of the inverse of the points' covariance; undefined where there is none. */
function precisionFactor(points: readonly Vector[], mean: Vector): Vector | undefined {
  const D = mean.length;
  const covariance = new Float64Array(D * D);
  const gap = new Float64Array(D);
  for (const point of points) {
    for (let j = 0; j < D; j++) gap[j] = point[j]! - mean[j]!;
    for (let i = 0; i < D; i++) {
      const scaled = gap[i]! / (points.length - 1);
      for (let j = 0; j <= i; j++) covariance[i * D + j]! += scaled * gap[j]!;
    }
  }
  if (!cholesky(covariance, D)) return undefined;
  const precision = matrix(D, D);
  for (let j = 0; j < D; j++) {
    precision.data[j * (D + 1)] = 1;
    solveCholesky(covariance, D, row(precision, j));
  }
  return cholesky(precision.data, D) ? precision.data : undefined;
}
