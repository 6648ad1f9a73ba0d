import type { Target } from "../src/core/target.ts";
import {
  fromUnconstrained,
  logJacobian,
  type Transform,
  toUnconstrained,
} from "../src/core/transform.ts";
import { fastLog } from "../src/math/exp.ts";
import { logistic, logSumExp } from "../src/math/log-sum-exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import { normal } from "../src/math/random/normal.ts";
import type { Rng } from "../src/math/rng.ts";
import type { Component } from "./components.ts";
import { logNormal } from "./spreads.ts";

/** Two components that one was divided in, in order. */
export interface Pair {
  readonly a: Component;
  readonly b: Component;
}

/** sds of the differences, coordinate by coordinate. */
export interface Widths {
  readonly intercept: number;
  readonly gate: Vector;
  readonly expert: Vector;
}

/** A function that gives the log prior density of a component in the coordinates that are divided. */
export function splitDensity({ expert, gate }: Target, maps: readonly Transform[]) {
  const point = new Float64Array(expert.dimension);
  return ({ theta, gamma }: Component): number => {
    toUnconstrained(maps, theta, point);
    return expert.logPrior(theta) + logJacobian(maps, point) + gate.logPrior(gamma);
  };
}

/** Two components made of one, and the log density of the differences that made them. */
export function divide(rng: Rng, one: Component, maps: readonly Transform[], widths: Widths) {
  const t = widths.intercept * normal(rng);
  const alpha = logistic(t);
  let density = logNormal(t, widths.intercept);
  const a = { theta: one.theta.slice(), gamma: one.gamma.slice() };
  toUnconstrained(maps, a.theta, a.theta);
  const b = { theta: a.theta.slice(), gamma: one.gamma.slice() };
  a.gamma[0] = one.gamma[0]! + fastLog(alpha);
  b.gamma[0] = one.gamma[0]! + fastLog(logistic(-t));
  const spread = (x: Vector, y: Vector, sds: Vector, from: number) => {
    for (let j = from; j < x.length; j++) {
      const v = sds[j]! * normal(rng);
      density += logNormal(v, sds[j]!);
      x[j] = x[j]! + (1 - alpha) * v;
      y[j] = y[j]! - alpha * v;
    }
  };
  spread(a.gamma, b.gamma, widths.gate, 1);
  spread(a.theta, b.theta, widths.expert, 0);
  fromUnconstrained(maps, a.theta, a.theta);
  fromUnconstrained(maps, b.theta, b.theta);
  return { two: { a, b }, density };
}

/** The component that splits into these two, and the log density of the differences with which it does. */
export function unite({ a, b }: Pair, maps: readonly Transform[], widths: Widths) {
  const t = a.gamma[0]! - b.gamma[0]!;
  const alpha = logistic(t);
  let density = logNormal(t, widths.intercept);
  const mix = (x: Vector, y: Vector, sds: Vector, from: number): Vector => {
    const out = x.slice();
    for (let j = from; j < x.length; j++) {
      out[j] = alpha * x[j]! + (1 - alpha) * y[j]!;
      density += logNormal(x[j]! - y[j]!, sds[j]!);
    }
    return out;
  };
  const gamma = mix(a.gamma, b.gamma, widths.gate, 1);
  gamma[0] = logSumExp(Float64Array.of(a.gamma[0]!, b.gamma[0]!));
  const unconstrained = (theta: Vector) => {
    const out = theta.slice();
    toUnconstrained(maps, theta, out);
    return out;
  };
  const theta = mix(unconstrained(a.theta), unconstrained(b.theta), widths.expert, 0);
  fromUnconstrained(maps, theta, theta);
  return { one: { theta, gamma }, density };
}
