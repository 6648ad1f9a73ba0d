import { fastExp, fastLog } from "../math/exp.ts";
import { log1p, logistic } from "../math/log-sum-exp.ts";
import type { Vector } from "../math/matrix.ts";
import type { Support } from "./distribution.ts";
import { ModelError } from "./errors.ts";
import type { Block } from "./expert.ts";

/** A smooth one-to-one map from the real line onto a support. */
export interface Transform {
  /** The point of the real line that belongs to a value inside the support. */
  toReal(value: number): number;
  /** The value that belongs to a point of the real line. */
  fromReal(point: number): number;
  /** Log of the derivative of `fromReal`. */
  logJacobian(point: number): number;
}

const identity: Transform = {
  toReal: (value) => value,
  fromReal: (point) => point,
  logJacobian: () => 0,
};

const exponential: Transform = {
  toReal: fastLog,
  fromReal: fastExp,
  logJacobian: (point) => point,
};

const logit: Transform = {
  toReal: (value) => fastLog(value) - fastLog(1 - value),
  fromReal: logistic,
  logJacobian: (point) => -Math.abs(point) - 2 * log1p(fastExp(-Math.abs(point))),
};

/** The map of a support: none for real numbers, exp for positive ones, the logistic function for the unit interval. */
export function transformOf(support: Support): Transform {
  switch (support) {
    case "real":
      return identity;
    case "positive":
      return exponential;
    case "unit":
      return logit;
    case "count":
      throw new ModelError(
        "a parameter must be continuous to be put on the real line; found a count. Use a method that needs no gradients",
      );
  }
}

/** The map of each entry of a parameter vector with this layout. */
export function transformsOf(layout: readonly Block[]): readonly Transform[] {
  return layout.flatMap(({ size, support }) =>
    new Array<Transform>(size).fill(transformOf(support)),
  );
}

/** Writes theta as a point of unconstrained space; `out` may be theta itself. */
export function toUnconstrained(maps: readonly Transform[], theta: Vector, out: Vector): void {
  for (let j = 0; j < maps.length; j++) out[j] = maps[j]!.toReal(theta[j]!);
}

/** Writes a point of unconstrained space as theta; `out` may be the point itself. */
export function fromUnconstrained(maps: readonly Transform[], point: Vector, out: Vector): void {
  for (let j = 0; j < maps.length; j++) out[j] = maps[j]!.fromReal(point[j]!);
}

/** log |∂theta / ∂point|: what the log density of theta gains as a density of the unconstrained point. */
export function logJacobian(maps: readonly Transform[], point: Vector): number {
  let total = 0;
  for (let j = 0; j < maps.length; j++) total += maps[j]!.logJacobian(point[j]!);
  return total;
}
