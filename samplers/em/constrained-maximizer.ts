import { numericScore } from "../../src/core/marginal-gradient.ts";
import type { Target } from "../../src/core/target.ts";
import { fromUnconstrained, toUnconstrained, transformsOf } from "../../src/core/transform.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { newton } from "../../src/math/newton.ts";
import { addScores } from "./gradient-norm.ts";
import type { ParameterPlan } from "./parameter-plan.ts";
import { scaleIndex } from "./scale-index.ts";

/** What a step still promises where an M step ends. */
const CONVERGED = 1e-12;
/** Of central differences of the scores, relative to 1 or the size of the number. */
const STEP = 6e-6;
/** Relative to the diagonal, where the Hessian is not negative definite; grows tenfold. */
const RIDGE = 1e-8;
const MOST_RIDGE = 1e8;
/** Of a component that has no rows. */
const LEAST_CURVATURE = 1e-300;
/** No log sd moves further in one step. */
const LONGEST = 3;

/**
 * The M step of experts whose parameters are tied or held: damped Newton on Σ responsibility · log f
 * over the free coordinates of all experts, first all but the sds, then each sd. Never lowers that
 * sum. Works from the score of a family (or differences), so for any. Source: [meng1993].
 */
export function constrainedMaximizer(target: Target, plan: ParameterPlan, least: number) {
  const sdAt = scaleIndex(target);
  const d = target.expert.dimension;
  const ofSds = new Set<number>();
  const others = new Set<number>();
  plan.slot.forEach((slot, at) => {
    if (slot >= 0) (at % d === sdAt ? ofSds : others).add(slot);
  });
  const share = expertShares(target);
  const blocks = [[...others], ...[...ofSds].map((slot) => [slot])]
    .filter((slots) => slots.length > 0)
    .map((slots) => blockClimb(target, plan, slots, least, share));
  return (theta: Matrix, responsibility: Matrix): void => {
    for (const climb of blocks) climb(theta, responsibility);
  };
}

/** Value and gradient of one expert's part of the sum, in unconstrained coordinates. */
function expertShares({ n, expert }: Target) {
  const maps = transformsOf(expert.layout);
  const score = expert.score ?? numericScore(expert, maps, n);
  const scores = matrix(n, expert.dimension);
  const density = new Float64Array(n);
  const theta = new Float64Array(expert.dimension);
  return {
    maps,
    value(of: Vector, weight: Vector): number {
      expert.logDensity(of, density);
      let total = 0;
      for (let i = 0; i < n; i++) if (weight[i]! > 0) total += weight[i]! * density[i]!;
      return total;
    },
    gradient(point: Vector, weight: Vector, out: Vector): void {
      fromUnconstrained(maps, point, theta);
      score(theta, scores);
      addScores(scores, weight, out.fill(0));
    },
  };
}

type Shares = ReturnType<typeof expertShares>;

/** Climbs over some of the free coordinates, the others as they are; theta in place. */
function blockClimb(
  target: Target,
  { slot }: ParameterPlan,
  slots: readonly number[],
  least: number,
  shares: Shares,
) {
  const { dimension: d } = target.expert;
  const sdAt = scaleIndex(target);
  const K = slot.length / d;
  /** For each parameter its place in this block; −1 elsewhere. */
  const place = slot.map((of) => slots.indexOf(of));
  const isSd = sdAt >= 0 && slots.some((of) => slot.indexOf(of) % d === sdAt);
  const touched = Array.from({ length: K }, (_, k) => k).filter((k) =>
    place.subarray(k * d, (k + 1) * d).some((at) => at >= 0),
  );
  const trial = matrix(K, d);
  const points = matrix(K, d);
  const { gradient, hessian, fill } = derivatives(place, touched, slots.length, d, shares);
  let responsibility = matrix(K, 0);

  function write(values: Vector): void {
    for (const k of touched) {
      for (let j = 0; j < d; j++) {
        const at = place[k * d + j]!;
        if (at >= 0) trial.data[k * d + j] = shares.maps[j]!.fromReal(values[at]!);
      }
      if (isSd) trial.data[k * d + sdAt] = Math.max(trial.data[k * d + sdAt]!, least);
    }
  }

  const climb = newton({
    dimension: slots.length,
    evaluate(values) {
      write(values);
      return touched.reduce(
        (sum, k) => sum + shares.value(row(trial, k), row(responsibility, k)),
        0,
      );
    },
    newtonStep(values, step) {
      write(values);
      for (const k of touched) toUnconstrained(shares.maps, row(trial, k), row(points, k));
      fill(points, responsibility);
      if (isSd && gradient[0]! < 0 && trial.data[touched[0]! * d + sdAt]! <= least) return 0;
      if (!ascent(hessian, gradient, step)) return Number.NaN;
      if (isSd) step[0] = Math.max(-LONGEST, Math.min(LONGEST, step[0]!));
      return gradient.reduce((total, g, j) => total + g * step[j]!, 0);
    },
  });

  return (theta: Matrix, given: Matrix): void => {
    responsibility = given;
    trial.data.set(theta.data);
    const values = new Float64Array(slots.length);
    place.forEach((at, of) => {
      if (at >= 0) values[at] = shares.maps[of % d]!.toReal(theta.data[of]!);
    });
    climb(values, CONVERGED);
    write(values);
    theta.data.set(trial.data);
  };
}

/** Gradient and negative Hessian over the coordinates of a block, by differences of the scores. */
function derivatives(
  place: Int32Array,
  touched: readonly number[],
  size: number,
  d: number,
  shares: Shares,
) {
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const [at, above, below] = [0, 1, 2].map(() => new Float64Array(d)) as [Vector, Vector, Vector];

  /** Column j of one expert's Hessian, into the rows and columns that the block has for it. */
  function addColumn(point: Vector, weight: Vector, places: Int32Array, j: number): void {
    const value = point[j]!;
    const step = STEP * Math.max(1, Math.abs(value));
    point[j] = value + step;
    shares.gradient(point, weight, above);
    point[j] = value - step;
    shares.gradient(point, weight, below);
    point[j] = value;
    for (let l = 0; l < d; l++) {
      if (places[l]! < 0) continue;
      const slope = (above[l]! - below[l]!) / (2 * step);
      for (const entry of [places[j]! * size + places[l]!, places[l]! * size + places[j]!]) {
        hessian[entry] = hessian[entry]! - slope / 2;
      }
    }
  }

  return {
    gradient,
    hessian,
    fill(points: Matrix, responsibility: Matrix): void {
      gradient.fill(0);
      hessian.fill(0);
      for (const k of touched) {
        const point = row(points, k);
        const weight = row(responsibility, k);
        const places = place.subarray(k * d, (k + 1) * d);
        shares.gradient(point, weight, at);
        for (let j = 0; j < d; j++) {
          const to = places[j]!;
          if (to < 0) continue;
          gradient[to] = gradient[to]! + at[j]!;
          addColumn(point, weight, places, j);
        }
      }
    },
  };
}

/** step ← H⁻¹ g, with as much ridge as makes H positive definite; false where none does. */
function ascent(hessian: Vector, gradient: Vector, step: Vector): boolean {
  const size = gradient.length;
  const factor = new Float64Array(hessian.length);
  for (let ridge = 0; ridge < MOST_RIDGE; ridge = Math.max(RIDGE, 10 * ridge)) {
    factor.set(hessian);
    for (let j = 0; j < size; j++) {
      const at = j * (size + 1);
      factor[at] = factor[at]! + ridge * Math.abs(factor[at]!) + LEAST_CURVATURE;
    }
    if (!cholesky(factor, size)) continue;
    step.set(gradient);
    solveCholesky(factor, size, step);
    return true;
  }
  return false;
}
