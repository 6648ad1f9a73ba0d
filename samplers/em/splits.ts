import type { Target } from "../../src/core/target.ts";
import { row, type Vector } from "../../src/math/matrix.ts";
import type { EmResult } from "../em.ts";

/** What the first half keeps of the rows on its side, and the second of those on the other. */
const SIDE = 0.9;
const MOST_COLUMNS = 4;

/**
 * Ways to divide the rows of expert k in two: by the sign of the residual (a level), its size (an
 * sd), the side of a feature (a region), or the sign of residual times feature (a slope). Each is
 * the share of every row that goes to the first half, length n.
 */
export function splits(target: Target, { state, responsibility }: EmResult, k: number): Vector[] {
  const { n, expert, features } = target;
  const own = row(responsibility, k);
  const mean = new Float64Array(n);
  expert.mean(row(state.theta, k), mean);
  const residual = mean.map((m, i) => expert.y[i]! - m);
  const size = residual.map(Math.abs);
  const scores = [residual, less(size, average(size, own))];
  for (let j = 1; j < Math.min(features.columns, MOST_COLUMNS); j++) {
    const column = residual.map((_, i) => features.data[i * features.columns + j]!);
    const centred = less(column, average(column, own));
    scores.push(
      centred,
      centred.map((value, i) => value * residual[i]!),
    );
  }
  return scores.map((score) => score.map((value) => (value > 0 ? SIDE : 1 - SIDE)));
}

function average(values: Vector, weight: Vector): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += weight[i]! * values[i]!;
    total += weight[i]!;
  }
  return total > 0 ? sum / total : 0;
}

const less = (values: Vector, amount: number): Vector => values.map((value) => value - amount);
