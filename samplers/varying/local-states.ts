import type { VaryingProblem } from "../../src/core/varying.ts";
import { fastLog } from "../../src/math/exp.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { layoutOf } from "./layout.ts";
import { rowBlocks } from "./row-blocks.ts";
import { CHUNK, dot, sumOf } from "./runs.ts";
import { windowRows, writeWeights } from "./window.ts";

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
  const layout = layoutOf(problem);
  const blocks = rowBlocks(problem, layout);
  const { value, responsibility } = blocks.columns;
  const { components: K } = layout;
  const weight = new Float64Array(CHUNK);
  const shares = new Float64Array(CHUNK);

  return Array.from(grid, (at, g) => {
    const { from, to } = windowRows(problem.u, at, bandwidth);
    const sum = new Float64Array(K + 1);
    const squares = new Float64Array(K + 1);
    let [logLikelihood, entropy] = [0, 0];
    const add = (k: number, share: Vector, count: number): void => {
      sum[k]! += sumOf(share, count);
      squares[k]! += dot(share, share, count);
    };
    for (let start = from; start < to; start += CHUNK) {
      const count = Math.min(CHUNK, to - start);
      blocks.predict(at, bandwidth, row(theta, g), start, count);
      blocks.complete(start, count);
      writeWeights(problem.u, at, bandwidth, start, count, weight);
      logLikelihood += dot(weight, value, count);
      add(K, weight, count);
      for (let k = 0; k < K; k++) {
        entropy += weightedEntropy(weight, responsibility[k]!, count);
        multiply(weight, responsibility[k]!, count, shares);
        add(k, shares, count);
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

function multiply(a: Vector, b: Vector, count: number, out: Vector): void {
  for (let m = 0; m < count; m++) out[m] = a[m]! * b[m]!;
}

/** −Σ w p log p. */
function weightedEntropy(w: Vector, p: Vector, count: number): number {
  let total = 0;
  for (let m = 0; m < count; m++) if (p[m]! > 0) total -= w[m]! * p[m]! * fastLog(p[m]!);
  return total;
}
