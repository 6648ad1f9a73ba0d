import type { Vector } from "../math/matrix.ts";
import { lazily } from "./lazily.ts";
import { chartOf } from "./marginal-chart.ts";
import { parametersOf, pointLayout, whyNotMarginal } from "./marginal-posterior.ts";
import { rowPasses } from "./marginal-rows.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "./mixture.ts";
import type { State, Target } from "./target.ts";

/** Writes the log-likelihood of each row at a state, its allocation summed out. */
export type WriteRowLogLikelihoods = (state: State, out: Vector) => void;

/** Of any states of this target: by passes over runs of rows where these know its experts and gate. Owns scratch. */
export function rowLogLikelihoods(target: Target): WriteRowLogLikelihoods {
  const plain = lazily(() => byComponents(target));
  const byCount = new Map<number, WriteRowLogLikelihoods>();
  return (state, out) => {
    const K = state.theta.rows;
    const known = byCount.get(K);
    const write = known ?? (whyNotMarginal(target, K) === undefined ? byRuns(target, K) : plain());
    byCount.set(K, write);
    write(state, out);
  };
}

/** All rows of a component at a time. */
function byComponents(target: Target): WriteRowLogLikelihoods {
  const scratch = mixtureScratch(target);
  return (state, out) => {
    sumOutAllocation(logJoint(target, state, scratch), scratch);
    out.set(scratch.logDensity);
  };
}

/** All components of a run of rows at a time. */
function byRuns(target: Target, K: number): WriteRowLogLikelihoods {
  const layout = pointLayout(target, K);
  const chart = chartOf(target, layout);
  const passes = rowPasses(target.n, K, target.gate.design!.X, target.expert.rows!);
  const order = Int32Array.from({ length: K }, (_, k) => k);
  const point = new Float64Array(layout.dimension);
  const at = parametersOf(layout);
  return (state, out) => {
    chart.read(state, order, point);
    at.load(point);
    passes.load(at);
    for (const block of passes.blocks) {
      passes.each(block, out.subarray(block.from, block.from + block.size));
    }
  };
}
