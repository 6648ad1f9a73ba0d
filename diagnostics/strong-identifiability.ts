import { Matrix as Dense, SVD } from "ml-matrix";
import type { Target } from "../src/core/target.ts";
import type { Vector } from "../src/math/matrix.ts";
import type { Rng } from "../src/math/rng.ts";

/** Whether the functions of the condition are linearly independent on the rows. */
export interface StrongIdentifiability {
  /** Both conditions hold. */
  readonly holds: boolean;
  /** Of first and second derivatives of the mean and of covariates of the gate times first ones. */
  readonly mean: RankCheck;
  /** Of products of first derivatives and the constant 1: for an unknown variance. */
  readonly variance: RankCheck;
}

export interface RankCheck {
  readonly functions: number;
  readonly rank: number;
}

/** How many experts, drawn from the prior, the functions are taken at. */
const ATOMS = 2;
/** Of five-point differences, which err by its fourth power. */
const STEP = 1e-2;
/** Singular values below this share of the largest, of columns of length 1, are zero. */
const NEGLIGIBLE = 1e-7;
/** Columns shorter than this share of the longest are zero: second differences leave about 10⁻¹² of rounding. */
const ZERO = 1e-8;

/**
 * Strong identifiability of experts with a mean h(x, η) under a softmax gate, checked by numerical rank on the rows of a
 * target: ∂h/∂η_u, ∂²h/∂η_u∂η_v and x_w ∂h/∂η_v at distinct η must be linearly independent functions of x, and, as the
 * variance is unknown, ∂h/∂η_u · ∂h/∂η_v and 1 too. Undefined for families without an sd, and where there are not more
 * rows than functions. Source: [nguyen2025].
 */
export function strongIdentifiability(rng: Rng, target: Target): StrongIdentifiability | undefined {
  const { expert, n } = target;
  const coordinates = meanCoordinates(target);
  if (coordinates.length === 0) return undefined;
  const ofMean: Vector[] = [];
  const ofVariance: Vector[] = [new Float64Array(n).fill(1)];
  for (let atom = 0; atom < ATOMS; atom++) {
    const theta = new Float64Array(expert.dimension);
    expert.samplePrior(rng, theta);
    const first = coordinates.map((u) => slope(target, theta, u));
    ofMean.push(...first, ...secondSlopes(target, theta, coordinates));
    for (const covariate of gateCovariates(target)) {
      for (const of of first) ofMean.push(product(covariate, of));
    }
    first.forEach((a, u) => {
      for (const b of first.slice(u)) ofVariance.push(product(a, b));
    });
  }
  if (n <= ofMean.length) return undefined;
  const mean = rankOf(ofMean, n);
  const variance = rankOf(ofVariance, n);
  const isFull = ({ functions, rank }: RankCheck) => rank === functions;
  return { holds: isFull(mean) && isFull(variance), mean, variance };
}

/** Positions in theta of what the mean depends on, where the rest of theta is an sd. */
function meanCoordinates({ expert: { layout } }: Target): number[] {
  if (!layout.some(({ moment }) => moment === "sd")) return [];
  let from = 0;
  return layout.flatMap(({ size, moment }) => {
    const start = from;
    from += size;
    return moment === "sd" ? [] : Array.from({ length: size }, (_, j) => start + j);
  });
}

/** Columns of the gate's design that are not constant. */
function gateCovariates({ gate, n }: Target): Vector[] {
  const X = gate.design?.X;
  if (X === undefined) return [];
  const columns = Array.from({ length: X.columns }, (_, j) =>
    Float64Array.from({ length: n }, (_, i) => X.data[i * X.columns + j]!),
  );
  return columns.filter((column) => column.some((value) => value !== column[0]));
}

function slope({ expert, n }: Target, theta: Vector, u: number): Vector {
  return difference(
    n,
    (by, out) => {
      const moved = theta.slice();
      moved[u] = moved[u]! + by;
      expert.mean(moved, out);
    },
    STEP,
  );
}

/** ∂²h/∂η_u∂η_v, u ≤ v. */
function secondSlopes(target: Target, theta: Vector, coordinates: readonly number[]): Vector[] {
  return coordinates.flatMap((u, at) =>
    coordinates.slice(at).map((v) =>
      difference(
        target.n,
        (by, out) => {
          const moved = theta.slice();
          moved[v] = moved[v]! + by;
          out.set(slope(target, moved, u));
        },
        STEP,
      ),
    ),
  );
}

function difference(n: number, f: (by: number, out: Vector) => void, step: number): Vector {
  const [outerAbove, above, below, outerBelow] = [2, 1, -1, -2].map((by) => {
    const out = new Float64Array(n);
    f(by * step, out);
    return out;
  }) as [Vector, Vector, Vector, Vector];
  return above.map(
    (value, i) => (8 * (value - below[i]!) - outerAbove[i]! + outerBelow[i]!) / (12 * step),
  );
}

const product = (a: Vector, b: Vector): Vector => a.map((value, i) => value * b[i]!);

/** The numerical rank of functions given by their values at n rows. */
function rankOf(functions: readonly Vector[], n: number): RankCheck {
  const lengths = functions.map((values) => Math.sqrt(dot(values, values)));
  const longest = Math.max(...lengths);
  const present = [...functions.keys()].filter((j) => lengths[j]! > ZERO * longest);
  const columns = Dense.zeros(n, present.length);
  present.forEach((j, at) => {
    functions[j]!.forEach((value, i) => {
      columns.set(i, at, value / lengths[j]!);
    });
  });
  const values = present.length === 0 ? [] : new SVD(columns).diagonal;
  const rank = values.filter((value) => value > NEGLIGIBLE * Math.max(...values)).length;
  return { functions: functions.length, rank };
}

const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
