import type { VaryingProblem } from "../../src/core/varying.ts";
import { fastLog } from "../../src/math/exp.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { layoutOf } from "./layout.ts";
import { rowBlocks } from "./row-blocks.ts";
import { CHUNK } from "./runs.ts";
import { windowRows } from "./window.ts";

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
  const { weight, value, responsibility } = blocks.columns;
  const { components: K } = layout;
  const whole = new Float64Array(CHUNK).fill(1);
  const sums = Array.from({ length: K + 1 }, () => new Float64Array(3));

  return Array.from(grid, (at, g) => {
    const { from, to } = windowRows(problem.u, at, bandwidth);
    for (const one of sums) one.fill(0);
    let logLikelihood = 0;
    for (let start = from; start < to; start += CHUNK) {
      const count = Math.min(CHUNK, to - start);
      blocks.predict(at, bandwidth, row(theta, g), start, count);
      blocks.complete(start, count);
      for (let m = 0; m < count; m++) logLikelihood += weight[m]! * value[m]!;
      for (let k = 0; k < K; k++) addShares(weight, responsibility[k]!, count, sums[k]!);
      addShares(weight, whole, count, sums[K]!);
    }
    const total = sums[K]![SUM]!;
    const entropy = sums.reduce((all, one) => all + one[ENTROPY]!, 0);
    const effective = sums.map((one) => (one[SUM]! > 0 ? one[SUM]! ** 2 / one[SQUARES]! : 0));
    return {
      ...{ logLikelihood, rows: to - from, effectiveN: effective[K]! },
      expertEffectiveN: effective.slice(0, K),
      weights: sums.slice(0, K).map((one) => one[SUM]! / total),
      overlap: K === 1 ? 0 : entropy / total / fastLog(K),
    };
  });
}

const [SUM, SQUARES, ENTROPY] = [0, 1, 2] as const;

/** Adds Σ w p, Σ (w p)² and −Σ w p log p. */
function addShares(w: Vector, p: Vector, count: number, out: Vector): void {
  let sum = out[SUM]!;
  let squares = out[SQUARES]!;
  let entropy = out[ENTROPY]!;
  for (let m = 0; m < count; m++) {
    const share = w[m]! * p[m]!;
    sum += share;
    squares += share * share;
    if (p[m]! > 0 && p[m]! < 1) entropy -= share * fastLog(p[m]!);
  }
  out[SUM] = sum;
  out[SQUARES] = squares;
  out[ENTROPY] = entropy;
}
