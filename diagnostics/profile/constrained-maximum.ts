import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { dot } from "../information-solver.ts";
import { minusSlopes } from "../observed-information.ts";
import type { AroundMaximum } from "./around-maximum.ts";
import type { ReportedFunction } from "./reported-function.ts";

/** Twice the log-likelihood that is left to be gained. */
const DECREMENT = 1e-10;
const MOST_STEPS = 60;
const MOST_HALVINGS = 30;
const SUFFICIENT = 1e-4;
/** Falls below this, relative to 1 + |log-likelihood|, are rounding errors. */
const ROUNDING = 1e-13;
/** In units of the scale of a coordinate. */
const LONGEST_STEP = 3;
/** Of the equation, relative to 1 + |t|. */
const FEASIBLE = 1e-12;
/** What is added to curvatures in every direction, and along the equation's normal. */
const ADDED = [0, 1e-6, 1e-3, 1, 1e3].flatMap((everywhere) =>
  [1, 100, 1e4].map((along) => ({ everywhere, along })),
);
/** A ridge that is flatter than this share of the curvature at the maximum counts as curved. */
const FLAT = 1e-6;

/** The likelihood at its highest where a function of the parameters is t. */
export interface ConstrainedMaximum {
  readonly t: number;
  readonly point: Vector;
  readonly height: number;
  /** Derivative of the height by t: the Lagrange multiplier. */
  readonly slope: number;
  /** Derivative of the point by t. */
  readonly tangent: Vector;
}

export type MaximizeAt = (
  f: ReportedFunction,
  t: number,
  start: Vector,
) => ConstrainedMaximum | undefined;

interface Step {
  readonly direction: Vector;
  readonly slope: number;
  readonly tangent: Vector;
  /** Twice the gain that the step promises. */
  readonly promised: number;
  readonly regular: boolean;
}

/**
 * A function that climbs to a maximum of the log-likelihood where f = t: Newton's method on the
 * Lagrangian, every iterate moved back onto f = t, with backtracking. Undefined where it finds no
 * strict local maximum. Source: [nocedal2006] §18.
 */
export function constrainedMaximizer(around: AroundMaximum): MaximizeAt {
  const p = around.scale.length;
  const gradient = new Float64Array(p);
  const normal = new Float64Array(p);
  const candidate = new Float64Array(p);
  const stepAt = lagrangeStep(around);
  const moveOnto = projection(around);

  /** Replaces the point by a sufficiently better one along the step; the height there, if there is one. */
  function climb(f: ReportedFunction, t: number, point: Vector, height: number, step: Step) {
    const { direction, promised } = step;
    const reach = Math.max(...direction.map((by, j) => Math.abs(by) / around.scale[j]!));
    let length = Math.min(1, LONGEST_STEP / reach);
    for (let halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
      for (let j = 0; j < p; j++) candidate[j] = point[j]! + length * direction[j]!;
      if (!moveOnto(f, t, candidate)) continue;
      const reached = around.gradient(candidate, gradient);
      const least = height + SUFFICIENT * length * promised - ROUNDING * (1 + Math.abs(height));
      if (!(reached >= least)) continue;
      point.set(candidate);
      return reached;
    }
    return undefined;
  }

  return (f, t, start) => {
    const point = start.slice();
    if (!moveOnto(f, t, point)) return undefined;
    let height: number | undefined = around.gradient(point, gradient);
    for (let iteration = 0; iteration < MOST_STEPS && height !== undefined; iteration++) {
      f.gradient(point, normal);
      const step = stepAt(f, point, gradient, normal);
      if (step === undefined) return undefined;
      const { slope, tangent, promised, regular } = step;
      if (promised < DECREMENT) return regular ? { t, point, height, slope, tangent } : undefined;
      height = climb(f, t, point, height, step);
    }
    return undefined;
  };
}

/** A function that moves a point onto f = t along scale² times the gradient of f, or says that it cannot. */
function projection({ scale }: AroundMaximum) {
  const normal = new Float64Array(scale.length);
  return (f: ReportedFunction, t: number, point: Vector): boolean => {
    for (let iteration = 0; iteration < MOST_STEPS; iteration++) {
      const lacks = t - f.value(point);
      if (Math.abs(lacks) <= FEASIBLE * (1 + Math.abs(t))) return true;
      f.gradient(point, normal);
      let size = 0;
      for (let j = 0; j < scale.length; j++) size += (scale[j]! * normal[j]!) ** 2;
      for (let j = 0; j < scale.length; j++) {
        point[j] = point[j]! + (scale[j]! ** 2 * normal[j]! * lacks) / size;
      }
      if (!Number.isFinite(lacks)) return false;
    }
    return false;
  };
}

/** Newton's step along the equation from a point on it, by second derivatives of the Lagrangian. */
function lagrangeStep({ scale, steps, gradient: gradientAt }: AroundMaximum) {
  const p = scale.length;
  const factor = new Float64Array(p * p);
  const normalThere = new Float64Array(p);

  /** The Cholesky factor of the scaled curvature, made positive definite; whether it was on the equation. */
  function factorize(B: Vector, u: Vector): boolean | undefined {
    const size = dot(u, u);
    for (const { everywhere, along } of ADDED) {
      for (let at = 0; at < p * p; at++) {
        const [j, l] = [Math.floor(at / p), at % p];
        factor[at] = B[at]! + (along * u[j]! * u[l]!) / size;
      }
      for (let j = 0; j < p; j++) factor[j * (p + 1)] = factor[j * (p + 1)]! + everywhere;
      if (cholesky(factor, p)) return everywhere <= FLAT;
    }
    return undefined;
  }

  return (f: ReportedFunction, point: Vector, gradient: Vector, normal: Vector) => {
    const g = gradient.map((by, j) => by * scale[j]!);
    const u = normal.map((by, j) => by * scale[j]!);
    const multiplier = dot(u, g) / dot(u, u);
    const field = (at: Vector, out: Vector): void => {
      gradientAt(at, out);
      f.gradient(at, normalThere);
      for (let j = 0; j < p; j++) out[j] = out[j]! - multiplier * normalThere[j]!;
    };
    const B = minusSlopes(field, point, steps).data;
    for (let at = 0; at < p * p; at++) B[at] = B[at]! * scale[Math.floor(at / p)]! * scale[at % p]!;
    const regular = factorize(B, u);
    if (regular === undefined) return undefined;
    const tangent = u.slice();
    solveCholesky(factor, p, tangent);
    const length = dot(u, tangent);
    const slope = dot(g, tangent) / length;
    const direction = g.map((by, j) => by - slope * u[j]!);
    const rest = direction.slice();
    solveCholesky(factor, p, direction);
    const promised = dot(rest, direction);
    return {
      direction: direction.map((by, j) => by * scale[j]!),
      tangent: tangent.map((by, j) => (by * scale[j]!) / length),
      slope,
      promised,
      regular,
    };
  };
}
