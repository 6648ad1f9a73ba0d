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
  const dispersion =
    layout.hasDispersion && problem.dispersionVaries ? dispersionOf(problem, layout) : noPenalty;
  return {
    value: (theta) => ridge(theta) + dispersion(theta),
    differentiate: (theta, gradient, information) =>
      ridge(theta, gradient, information) + dispersion(theta, gradient, information),
  };
}

/** Returns the value; adds derivatives where there is room given for them. */
type Term = (theta: Vector, gradient?: Vector, information?: Vector) => number;

const noPenalty: Term = () => 0;

/**
 * A normal log density: −½ precision Σ θ² of the experts' coefficients; of the gate's Σ_c (b_c − mean b)² for each column, the b of the last component being
 * 0, which is Σ b² − (Σ b)² / K.
 */
function ridgeOf({ penalty }: VaryingProblem, layout: Layout): Term {
  const { components: K, first, values, slopes, gateFrom, dimension: D } = layout;
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
  const rows = Int32Array.from(entries, ([i]) => i);
  const columns = Int32Array.from(entries, ([, j]) => j);
  const precisions = Float64Array.from(entries, ([, , precision]) => precision);

  return (theta, gradient, information) => {
    let twice = 0;
    for (let e = 0; e < rows.length; e++) {
      const i = rows[e]!;
      const j = columns[e]!;
      const byRow = precisions[e]! * theta[j]!;
      twice += (i === j ? 1 : 2) * byRow * theta[i]!;
      if (gradient === undefined || information === undefined) continue;
      gradient[i]! -= byRow;
      if (i !== j) gradient[j]! -= precisions[e]! * theta[i]!;
      information[i * D + j]! += precisions[e]!;
    }
    return -0.5 * twice;
  };
}

/** The family's penalty at both ends of the window and at its middle; once where the dispersion has no slope. */
function dispersionOf({ penalty, family }: VaryingProblem, layout: Layout): Term {
  const { components: K, dimension: D, first, slopes } = layout;
  const count = slopes[1];
  const ends = count > 0 ? ENDS : MIDDLE;
  const weight = penalty.dispersion / ends.length;
  const out = new Float64Array(3);

  function addAt(at: number, t: number, gradient: Vector, information: Vector): void {
    for (let j = 0, byRow = weight; j <= count; j++, byRow *= t) {
      gradient[at + j]! += byRow * out[1]!;
      for (let l = 0, power = byRow; l <= j; l++, power *= t) {
        information[(at + j) * D + at + l]! -= power * out[2]!;
      }
    }
  }

  return (theta, gradient, information) => {
    let total = 0;
    for (let k = 0; k < K; k++) {
      const at = first[predictorOf(layout, k, 1)]!;
      for (let e = 0; e < ends.length; e++) {
        const t = ends[e]!;
        let s = theta[at + count]!;
        for (let j = count - 1; j >= 0; j--) s = theta[at + j]! + t * s;
        family.penalty(s, out);
        total += weight * out[0]!;
        if (gradient === undefined || information === undefined) continue;
        addAt(at, t, gradient, information);
      }
    }
    return total;
  };
}
