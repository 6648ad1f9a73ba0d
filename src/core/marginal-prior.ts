import { type Matrix, matrix, type Vector } from "../math/matrix.ts";
import type { PointLayout } from "./marginal-derivatives.ts";
import type { Target } from "./target.ts";
import { fromUnconstrained, logJacobian, transformsOf } from "./transform.ts";

/** Steps of central differences, relative to 1 or the size of the number: errors of first and second ones below 1e-6. */
const STEP = 1e-3;

/**
 * The log prior density of a point of `MarginalPosterior`. That of the gate is differentiated by itself, that of the
 * experts by central differences, which a move that only proposes by it may be content with.
 */
export function marginalPrior(target: Target, layout: PointLayout) {
  const { components: K, q, d } = layout;
  const contrasts = target.gate.contrasts!;
  const c = matrix(K, q);
  const expert = differentiated(expertPrior(target), d);

  function load(point: Vector): Matrix {
    for (let at = 0; at < (K - 1) * q; at++) c.data[at] = point[at]!;
    return c;
  }

  return {
    logDensity(point: Vector, base: number): number {
      let total = contrasts.logPrior(load(point), base);
      for (let k = 0; k < K; k++) total += expert.value(point, layout.expert(k));
      return total;
    },

    /** Adds to the gradient and, where given, to the lower triangle of minus the Hessian; returns the log density. */
    addDerivatives(point: Vector, base: number, gradient: Vector, curvature?: Matrix): number {
      load(point);
      contrasts.addDerivatives(c, base, gradient, curvature);
      let total = contrasts.logPrior(c, base);
      for (let k = 0; k < K; k++) {
        total += expert.addDerivatives(point, layout.expert(k), gradient, curvature);
      }
      return total;
    },
  };
}

/** Log prior density of an expert's unconstrained coordinates. */
function expertPrior({ expert }: Target): (point: Vector) => number {
  const maps = transformsOf(expert.layout);
  const theta = new Float64Array(expert.dimension);
  return (point) => {
    fromUnconstrained(maps, point, theta);
    return expert.logPrior(theta) + logJacobian(maps, point);
  };
}

/** A function of d numbers with its differences, for stretches of a longer point that begin at `first`. */
function differentiated(f: (x: Vector) => number, d: number) {
  const x = new Float64Array(d);
  const step = new Float64Array(d);
  const above = new Float64Array(d);
  const below = new Float64Array(d);

  function load(point: Vector, first: number): void {
    for (let j = 0; j < d; j++) {
      const at = point[first + j]!;
      x[j] = at;
      step[j] = STEP * Math.max(1, Math.abs(at));
    }
  }

  /** f with entries a and b moved by so many steps. */
  function moved(a: number, stepsA: number, b: number, stepsB: number): number {
    const [xa, xb] = [x[a]!, x[b]!];
    x[a] = xa + stepsA * step[a]!;
    x[b] = x[b]! + stepsB * step[b]!;
    const value = f(x);
    x[a] = xa;
    x[b] = xb;
    return value;
  }

  /** Outside a prior's support there is no slope to go by. */
  const finite = (value: number): number => (Number.isFinite(value) ? value : 0);

  function addCurvature(centre: number, first: number, { columns, data }: Matrix): void {
    for (let a = 0; a < d; a++) {
      const own = (above[a]! - 2 * centre + below[a]!) / step[a]! ** 2;
      const at = (first + a) * (columns + 1);
      data[at] = data[at]! - finite(own);
      for (let b = 0; b < a; b++) {
        const mixed =
          moved(a, 1, b, 1) - moved(a, 1, b, -1) - moved(a, -1, b, 1) + moved(a, -1, b, -1);
        const to = (first + a) * columns + first + b;
        data[to] = data[to]! - finite(mixed / (4 * step[a]! * step[b]!));
      }
    }
  }

  return {
    value(point: Vector, first: number): number {
      for (let j = 0; j < d; j++) x[j] = point[first + j]!;
      return f(x);
    },

    addDerivatives(point: Vector, first: number, gradient: Vector, curvature?: Matrix): number {
      load(point, first);
      const centre = f(x);
      for (let j = 0; j < d; j++) {
        const at = x[j]!;
        x[j] = at + step[j]!;
        above[j] = f(x);
        x[j] = at - step[j]!;
        below[j] = f(x);
        x[j] = at;
        const slope = (above[j]! - below[j]!) / (2 * step[j]!);
        gradient[first + j] = gradient[first + j]! + finite(slope);
      }
      if (curvature !== undefined) addCurvature(centre, first, curvature);
      return centre;
    },
  };
}
