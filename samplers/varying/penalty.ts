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
const ENDS = Float64Array.of(-1, 0, 1);
const MIDDLE = Float64Array.of(0);

export function penaltyOf(problem: VaryingProblem, layout: Layout): Penalty {
  const ridge = ridgeOf(problem, layout);
  const { dimension: D } = layout;
  const dispersion =
    layout.hasDispersion && problem.dispersionVaries ? dispersionOf(problem, layout) : undefined;
  return {
    value: (theta) => ridgeValue(ridge, theta) + (dispersion?.value(theta) ?? 0),
    differentiate(theta, gradient, information) {
      addDerivatives(ridge, theta, gradient, information, D);
      const rest = dispersion?.differentiate(theta, gradient, information) ?? 0;
      return ridgeValue(ridge, theta) + rest;
    },
  };
}

/** A normal log density's precisions that are not zero, of pairs i ≥ j. */
interface Ridge {
  readonly i: Int32Array;
  readonly j: Int32Array;
  readonly precision: Vector;
}

/**
 * Σ θ² of the experts' coefficients; of the gate's Σ_c (b_c − mean b)² for each column, the b of the last component being
 * 0, which is Σ b² − (Σ b)² / K.
 */
function ridgeOf({ penalty }: VaryingProblem, layout: Layout): Ridge {
  const { components: K, first, values, slopes, gateFrom } = layout;
  const entries: [number, number, number][] = [];
  for (let k = 0; k < K; k++) {
    const from = first[predictorOf(layout, k, 0)]!;
    for (let a = 0; a < values[0] + slopes[0]; a++) {
      entries.push([from + a, from + a, penalty.experts]);
    }
  }
  for (let a = 0; a < values[2] + slopes[2]; a++) {
    for (let k = 0; k < K - 1; k++) {
      const at = first[gateFrom + k]! + a;
      for (let l = 0; l < k; l++) entries.push([at, first[gateFrom + l]! + a, -penalty.gate / K]);
      entries.push([at, at, penalty.gate * (1 - 1 / K)]);
    }
  }
  return {
    i: Int32Array.from(entries, ([i]) => i),
    j: Int32Array.from(entries, ([, j]) => j),
    precision: Float64Array.from(entries, ([, , precision]) => precision),
  };
}

function ridgeValue({ i, j, precision }: Ridge, theta: Vector): number {
  let twice = 0;
  for (let e = 0; e < i.length; e++) {
    const term = precision[e]! * theta[i[e]!]! * theta[j[e]!]!;
    twice += i[e] === j[e] ? term : 2 * term;
  }
  return -0.5 * twice;
}

function addDerivatives(
  { i, j, precision }: Ridge,
  theta: Vector,
  gradient: Vector,
  information: Vector,
  D: number,
): void {
  for (let e = 0; e < i.length; e++) {
    const [a, b, one] = [i[e]!, j[e]!, precision[e]!];
    gradient[a]! -= one * theta[b]!;
    if (a !== b) gradient[b]! -= one * theta[a]!;
    information[a * D + b]! += one;
  }
}

/** The family's penalty at both ends of the window and at its middle; once where the dispersion has no slope. */
function dispersionOf({ penalty, family }: VaryingProblem, layout: Layout): Penalty {
  const { components: K, dimension: D, first, slopes } = layout;
  const from = Int32Array.from({ length: K }, (_, k) => first[predictorOf(layout, k, 1)]!);
  const count = slopes[1];
  const ends = count > 0 ? ENDS : MIDDLE;
  const weight = penalty.dispersion / ends.length;
  const out = new Float64Array(3);

  function penalise(theta: Vector, at: number, t: number): number {
    let s = theta[at + count]!;
    for (let j = count - 1; j >= 0; j--) s = theta[at + j]! + t * s;
    family.penalty(s, out);
    return weight * out[0]!;
  }

  function addAt(at: number, t: number, gradient: Vector, information: Vector): void {
    for (let j = 0, byRow = 1; j <= count; j++, byRow *= t) {
      gradient[at + j]! += weight * byRow * out[1]!;
      for (let l = 0, power = byRow; l <= j; l++, power *= t) {
        information[(at + j) * D + at + l]! -= weight * power * out[2]!;
      }
    }
  }

  return {
    value(theta) {
      let total = 0;
      for (let k = 0; k < K; k++) {
        for (let e = 0; e < ends.length; e++) total += penalise(theta, from[k]!, ends[e]!);
      }
      return total;
    },

    differentiate(theta, gradient, information) {
      let total = 0;
      for (let k = 0; k < K; k++) {
        for (let e = 0; e < ends.length; e++) {
          total += penalise(theta, from[k]!, ends[e]!);
          addAt(from[k]!, ends[e]!, gradient, information);
        }
      }
      return total;
    },
  };
}
