import type { VaryingProblem } from "../../src/core/varying.ts";
import { fastLog } from "../../src/math/exp.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { localLikelihood } from "./local-likelihood.ts";

/** What a grid point's window holds; plain data. */
export interface LocalState {
  /** Σ K(t_i)/h log f(y_i). */
  readonly logLikelihood: number;
  readonly rows: number;
  /** (Σ w)² / Σ w². */
  readonly effectiveN: number;
  /** The same for each component, weights times responsibilities. */
  readonly expertEffectiveN: readonly number[];
  /** Share of each component, by responsibilities. */
  readonly weights: readonly number[];
  /** Mean entropy of the responsibilities, 0 … 1 (of log K). */
  readonly overlap: number;
}

export function localStates(
  problem: VaryingProblem,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
): LocalState[] {
  const likelihood = localLikelihood(problem);
  const { layout, terms, predict } = likelihood;
  const K = layout.components;
  const predictors = new Float64Array(layout.predictors);
  return Array.from(grid, (at, g) => {
    const { from, to, weight } = likelihood.load(at, bandwidth);
    const sum = new Float64Array(K + 1);
    const squares = new Float64Array(K + 1);
    let [logLikelihood, entropy] = [0, 0];
    for (let i = from; i < to; i++) {
      const w = weight[i - from]!;
      predict(i, row(theta, g), predictors);
      logLikelihood += w * terms.value(i, predictors);
      entropy += w * entropyOf(terms.responsibility);
      for (let k = 0; k <= K; k++) {
        const share = k < K ? w * terms.responsibility[k]! : w;
        sum[k]! += share;
        squares[k]! += share * share;
      }
    }
    const effective = Array.from(sum, (s, k) => (s > 0 ? (s * s) / squares[k]! : 0));
    return {
      ...{ logLikelihood, rows: to - from, effectiveN: effective[K]! },
      expertEffectiveN: effective.slice(0, K),
      weights: Array.from(sum.subarray(0, K), (s) => s / sum[K]!),
      overlap: K === 1 ? 0 : entropy / sum[K]! / fastLog(K),
    };
  });
}

function entropyOf(p: Vector): number {
  let total = 0;
  for (let k = 0; k < p.length; k++) if (p[k]! > 0) total -= p[k]! * fastLog(p[k]!);
  return total;
}
