import type { GatePass } from "../../src/core/row-pass.ts";
import type { Lanes } from "../../src/math/lanes/lanes.ts";
import { type Matrix, matrix, type Vector } from "../../src/math/matrix.ts";
import { softmaxBlock } from "./softmax-block.ts";
import { chordHessian, chordSums } from "./softmax-chord.ts";
import { softmaxLanes } from "./softmax-lanes.ts";

/**
 * Gradient and Hessian of a softmax gate in one pass. W: n × q. The last row of gamma is held where it is: without
 * priors that takes nothing away, and leaves fewer blocks of the Hessian; where it is free, the step is then centred.
 */
export function softmaxPass(
  W: Vector,
  q: number,
  K: number,
  fixedRows: 0 | 1,
  lanes?: Lanes,
): GatePass {
  const dimension = (K - 1) * q;
  const all = new Float64Array(dimension + chordSums(dimension));
  const gradient = all.subarray(0, dimension);
  const ofRow = Array.from({ length: K - 1 }, (_, k) => gradient.subarray(k * q, (k + 1) * q));
  const hessian = chordHessian(K - 1, q, all.subarray(dimension));
  const block = lanes === undefined ? softmaxBlock(W, q, K) : softmaxLanes(W, q, K, lanes);
  let at = matrix(K, q);

  return {
    begin(gamma) {
      at = gamma;
      gradient.fill(0);
      hessian.begin(gamma.data.subarray(0, dimension));
    },

    assist(gamma, size) {
      at = gamma;
      gradient.fill(0);
      hessian.assist(size > dimension);
    },

    sums: () => (hessian.isFresh() ? all : gradient),

    logWeight: (from, joint, sum) => block.logWeight(from, at, joint, sum),

    add(responsibility, total) {
      block.addScores(responsibility, total, ofRow);
      if (!hessian.isFresh()) return;
      hessian.count(total);
      for (let k = 0; k < K - 1; k++) {
        for (let l = 0; l <= k; l++) block.addCurvature(k, l, hessian.entries, hessian.place(k, l));
      }
    },

    gradientNorm: () => largestDerivative(gradient, q, fixedRows),

    newtonStep(step) {
      step.data.fill(0);
      const free = step.data.subarray(0, dimension);
      free.set(gradient);
      if (!hessian.solve(free)) return false;
      if (fixedRows === 0) centreRows(step);
      return true;
    },
  };
}

/** The largest entry of the gradient, that of the last row included where it is free: minus what the others add up to. */
function largestDerivative(gradient: Vector, q: number, fixedRows: 0 | 1): number {
  let most = 0;
  for (let j = 0; j < q; j++) {
    let ofLast = 0;
    for (let at = j; at < gradient.length; at += q) {
      ofLast -= gradient[at]!;
      most = Math.max(most, Math.abs(gradient[at]!));
    }
    if (fixedRows === 0) most = Math.max(most, Math.abs(ofLast));
  }
  return most;
}

/** Subtracts from each row the mean of the rows. */
function centreRows({ rows: K, columns: q, data }: Matrix): void {
  for (let j = 0; j < q; j++) {
    let mean = 0;
    for (let k = 0; k < K; k++) mean += data[k * q + j]! / K;
    for (let k = 0; k < K; k++) data[k * q + j] = data[k * q + j]! - mean;
  }
}
