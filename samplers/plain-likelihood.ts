import type { State, Target } from "../src/core/target.ts";
import { fastLog } from "../src/math/exp.ts";
import { logSumExp } from "../src/math/log-sum-exp.ts";
import type { Vector } from "../src/math/matrix.ts";
import type { Component } from "./components.ts";

/**
 * A function that gives the log-likelihood of some components, allocations summed out and all in logs: slow, and right
 * however far apart the components are. Of `deviation` the share λ matters, where the target has a known density.
 */
export function plainLogLikelihood(target: Target) {
  const { n, gate, expert, deviation } = target;
  const known = new Float64Array(n);
  deviation?.known.logDensity(known);

  return (components: readonly Component[], at: State["deviation"]): number => {
    const K = components.length;
    const gates: Vector[] = [];
    const joints: Vector[] = [];
    for (const { theta, gamma } of components) {
      const eta = new Float64Array(n);
      const joint = new Float64Array(n);
      gate.logWeight(gamma, eta);
      expert.logDensity(theta, joint);
      for (let i = 0; i < n; i++) joint[i] = joint[i]! + eta[i]!;
      gates.push(eta);
      joints.push(joint);
    }
    const [lambda = 1] = at?.lambda ?? [];
    const terms = new Float64Array(K);
    const sumAt = (of: readonly Vector[], i: number): number => {
      for (let k = 0; k < K; k++) terms[k] = of[k]![i]!;
      return logSumExp(terms);
    };
    let total = 0;
    for (let i = 0; i < n; i++) {
      const log = sumAt(joints, i) - sumAt(gates, i);
      total +=
        deviation === undefined
          ? log
          : logSumExp(Float64Array.of(fastLog(lambda) + log, fastLog(1 - lambda) + known[i]!));
    }
    return total;
  };
}
