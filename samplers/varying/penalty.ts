import type { VaryingProblem } from "../../src/core/varying.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type Layout, predictorOf } from "./layout.ts";

/** The log penalty of the parameters that vary, at one grid point. */
export interface Penalty {
  value(theta: Vector): number;
  /** Adds the gradient, and to the lower triangle minus the second derivatives; returns the value. */
  differentiate(theta: Vector, gradient: Vector, information: Vector): number;
}

/** Where over a window the log dispersion is penalised: a line that is bounded at both ends is bounded between. */
const ENDS = [-1, 0, 1];

export function penaltyOf(problem: VaryingProblem, layout: Layout): Penalty {
  const parts = [...expertRidge(problem, layout), ...gateRidge(problem, layout)];
  if (layout.hasDispersion && problem.dispersionVaries) {
    for (let k = 0; k < layout.components; k++) parts.push(dispersion(problem, layout, k));
  }
  return {
    value: (theta) => parts.reduce((sum, part) => sum + part.value(theta), 0),
    differentiate: (theta, gradient, information) =>
      parts.reduce((sum, part) => sum + part.differentiate(theta, gradient, information), 0),
  };
}

/** −½ precision Σ θ². */
function expertRidge({ penalty }: VaryingProblem, layout: Layout): Penalty[] {
  const { components: K, first, values, slopes } = layout;
  const count = values[0] + slopes[0];
  return Array.from({ length: K }, (_, k) => {
    const from = first[predictorOf(layout, k, 0)]!;
    const at = Array.from({ length: count }, (__, j) => from + j);
    return centredRidge(at, penalty.experts, 0, layout.dimension);
  });
}

/** −½ precision Σ_c (b_c − mean b)² for each column, the b of the last component being 0. */
function gateRidge({ penalty }: VaryingProblem, layout: Layout): Penalty[] {
  const { components: K, first, values, slopes, gateFrom, dimension } = layout;
  return Array.from({ length: values[2] + slopes[2] }, (_, j) => {
    const at = Array.from({ length: K - 1 }, (__, k) => first[gateFrom + k]! + j);
    return centredRidge(at, penalty.gate, 1 / K, dimension);
  });
}

/** −½ precision (Σ θ² − share (Σ θ)²) over the positions `at`, which ascend. */
function centredRidge(
  at: readonly number[],
  precision: number,
  share: number,
  dimension: number,
): Penalty {
  const sumOf = (theta: Vector): number => at.reduce((sum, j) => sum + theta[j]!, 0);
  const value = (theta: Vector): number => {
    const sum = sumOf(theta);
    return -0.5 * precision * (at.reduce((all, j) => all + theta[j]! ** 2, 0) - share * sum * sum);
  };
  return {
    value,
    differentiate(theta, gradient, information) {
      const sum = sumOf(theta);
      for (const j of at) gradient[j] = gradient[j]! - precision * (theta[j]! - share * sum);
      for (const j of at) information[j * dimension + j]! += precision;
      if (share === 0) return value(theta);
      at.forEach((i, a) => {
        for (const j of at.slice(0, a + 1)) information[i * dimension + j]! -= precision * share;
      });
      return value(theta);
    },
  };
}

/** The family's penalty at both ends of the window and at its middle; once where the dispersion has no slope. */
function dispersion({ penalty, family }: VaryingProblem, layout: Layout, k: number): Penalty {
  const { dimension: D, first, slopes } = layout;
  const at = first[predictorOf(layout, k, 1)]!;
  const count = slopes[1];
  const ends = count > 0 ? ENDS : [0];
  const weight = penalty.dispersion / ends.length;
  const out = new Float64Array(3);
  const compute = (theta: Vector, t: number): void => {
    let s = theta[at + count]!;
    for (let j = count - 1; j >= 0; j--) s = theta[at + j]! + t * s;
    family.penalty(s, out);
  };

  return {
    value(theta) {
      let total = 0;
      for (const t of ends) {
        compute(theta, t);
        total += weight * out[0]!;
      }
      return total;
    },

    differentiate(theta, gradient, information) {
      let total = 0;
      for (const t of ends) {
        compute(theta, t);
        total += weight * out[0]!;
        for (let j = 0; j <= count; j++) {
          gradient[at + j]! += weight * t ** j * out[1]!;
          for (let l = 0; l <= j; l++) {
            information[(at + j) * D + at + l]! -= weight * t ** (j + l) * out[2]!;
          }
        }
      }
      return total;
    },
  };
}
