import { Matrix as Dense, SVD } from "ml-matrix";
import type { Target } from "../src/core/target.ts";
import { fastExp } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import type { Rng } from "../src/math/rng.ts";

/** What ranks of derivatives say of experts where more are fitted than there are. */
export interface StrongIdentifiability {
  /** At each expert looked at, products of first derivatives of the mean and the constant 1 are linearly independent. */
  readonly holds: boolean;
  /** Of the condition of the literature, over all experts at once: first and second derivatives, covariates times first ones. */
  readonly mean: RankCheck;
  /** Of the same: products of first derivatives and the constant 1, for an unknown variance. */
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
 * Strong identifiability of experts with a mean h(x, η) and normal errors of unknown variance under a softmax gate, checked
 * by numerical rank on the rows of a target. The literature asks that ∂h/∂η_u, ∂²h/∂η_u∂η_v and x_w ∂h/∂η_v at distinct η
 * be linearly independent functions of x, and ∂h/∂η_u · ∂h/∂η_v and 1 too [nguyen2025]. For the rate n^(-1/4) of experts
 * that share a true one the products and 1 are enough, one expert at a time (derived for this package; docs/losses.md):
 * that is `holds`. Undefined for families without an sd, and where there are not more rows than functions.
 */
export function strongIdentifiability(rng: Rng, target: Target): StrongIdentifiability | undefined {
  const { expert, n } = target;
  const coordinates = meanCoordinates(target);
  if (coordinates.length === 0) return undefined;
  const atoms = Array.from({ length: ATOMS }, () => {
    const theta = new Float64Array(expert.dimension);
    expert.samplePrior(rng, theta);
    return derivativesAt(target, theta, coordinates);
  });
  const ofMean = atoms.flatMap((atom) => atom.ofMean);
  if (n <= ofMean.length) return undefined;
  const one = new Float64Array(n).fill(1);
  const holds = atoms.every(({ products }) => {
    const { rank, functions } = rankOf([one, ...products], n);
    return rank === functions;
  });
  const variance = rankOf([one, ...atoms.flatMap(({ products }) => products)], n);
  return { holds, mean: rankOf(ofMean, n), variance };
}

/** At one expert, by logs of the absolute values of its parameters, its mean in units of its sd: no scale matters. */
function derivativesAt(target: Target, theta: Vector, coordinates: readonly number[]) {
  const { expert, n } = target;
  const sd = theta[scaleIndex(target)]!;
  const mean: Mean = (at, out) => {
    expert.mean(at, out);
    for (let i = 0; i < n; i++) out[i] = out[i]! / sd;
  };
  const first = coordinates.map((u) => slope(mean, n, theta, u));
  const crossed = gateCovariates(target).flatMap((x) => first.map((of) => product(x, of)));
  return {
    ofMean: [...first, ...secondSlopes(mean, n, theta, coordinates), ...crossed],
    products: first.flatMap((a, u) => first.slice(u).map((b) => product(a, b))),
  };
}

/** out[i] = E(y | x[i], theta) in units of an sd. */
type Mean = (theta: Vector, out: Vector) => void;

/** Where in theta the sd stands. */
function scaleIndex({ expert: { layout } }: Target): number {
  const at = layout.findIndex(({ moment }) => moment === "sd");
  return layout.slice(0, at).reduce((sum, { size }) => sum + size, 0);
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

function slope(mean: Mean, n: number, theta: Vector, u: number): Vector {
  return difference(n, (by, out) => mean(stretched(theta, u, by), out));
}

/** By u and v, u ≤ v. */
function secondSlopes(mean: Mean, n: number, theta: Vector, coordinates: readonly number[]) {
  return coordinates.flatMap((u, at) =>
    coordinates
      .slice(at)
      .map((v) => difference(n, (by, out) => out.set(slope(mean, n, stretched(theta, v, by), u)))),
  );
}

function stretched(theta: Vector, u: number, by: number): Vector {
  const out = theta.slice();
  out[u] = out[u]! * fastExp(by);
  return out;
}

function difference(n: number, f: (by: number, out: Vector) => void): Vector {
  const [outerAbove, above, below, outerBelow] = [2, 1, -1, -2].map((by) => {
    const out = new Float64Array(n);
    f(by * STEP, out);
    return out;
  }) as [Vector, Vector, Vector, Vector];
  return above.map(
    (value, i) => (8 * (value - below[i]!) - outerAbove[i]! + outerBelow[i]!) / (12 * STEP),
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
