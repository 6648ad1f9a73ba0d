import { SamplerError } from "../../src/core/errors.ts";
import { firstRows } from "../../src/core/mixture.ts";
import type { Target } from "../../src/core/target.ts";
import { columnMaxima, columnSums, exponentiateColumns } from "../../src/math/columns.ts";
import { fastExp } from "../../src/math/exp.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { sumOfAnyLogs } from "../../src/math/sum-of-any-logs.ts";
import { addScaled, type TemperedLikelihood } from "./tempered-likelihood.ts";

/** Beyond this the logarithm of a ratio is carried beside its exponential: 1 − λ is nothing beside it. */
const LARGEST_EXPONENT = 300;

/**
 * The same for a mixture that deviates from a known density g: Σ_i log (1 − λ + λ Σ_k π_k(x_i) (f(y_i | x_i, θ_k) / g_i)^t_i),
 * a path from the known density alone, whatever λ is, to the deviated mixture; less Σ_i log g_i at both ends. No unit
 * of the response matters on its way. Throws a SamplerError where g is zero at a row.
 */
export function temperedDeviated(target: Target): TemperedLikelihood {
  const { n, expert, gate } = target;
  const known = positiveKnown(target);
  const s = scratchOf(target);
  let K = 0;
  let lambda = Number.NaN;

  /** Leaves in `s.joint` w (f / g)^t over the largest of its column, and in `s.odds` λ Σ_k π_k (f / g)^t, capped. */
  function temper(t: Vector): void {
    addScaled(s.logGate.data, t, s.ratio.data, s.joint.data, K);
    scaled(firstRows(s.joint, K), s.top, s.total);
    for (let i = 0; i < n; i++) {
      const shift = Math.min(s.top[i]! - s.gateTop[i]!, LARGEST_EXPONENT);
      s.odds[i] = ((lambda * s.total[i]!) / s.gateTotal[i]!) * fastExp(shift);
    }
  }

  return {
    load({ theta, gamma, deviation }) {
      K = theta.rows;
      lambda = deviation!.lambda[0]!;
      for (let k = 0; k < K; k++) {
        gate.logWeight(row(gamma, k), row(s.logGate, k));
        const own = row(s.ratio, k);
        expert.logDensity(row(theta, k), own);
        for (let i = 0; i < n; i++) own[i] = own[i]! - known[i]!;
      }
      s.weight.data.set(s.logGate.data);
      scaled(firstRows(s.weight, K), s.gateTop, s.gateTotal);
    },

    value(t) {
      temper(t);
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += Math.max(0, s.top[i]! - s.gateTop[i]! - LARGEST_EXPONENT);
        s.odds[i] = s.odds[i]! + 1 - lambda;
      }
      return sum + sumOfAnyLogs(s.odds);
    },

    allocate(rng, t, { z, deviation }) {
      temper(t);
      for (let i = 0; i < n; i++) {
        const isKnown = uniform(rng) * (1 - lambda + s.odds[i]!) < 1 - lambda;
        deviation!.fromKnown[i] = isKnown ? 1 : 0;
        z[i] = isKnown
          ? drawn(rng, s.weight, K, i, s.gateTotal[i]!)
          : drawn(rng, s.joint, K, i, s.total[i]!);
      }
    },
  };
}

function scratchOf({ n, capacity }: Target) {
  return {
    logGate: matrix(capacity, n),
    weight: matrix(capacity, n),
    ratio: matrix(capacity, n),
    joint: matrix(capacity, n),
    gateTop: new Float64Array(n),
    gateTotal: new Float64Array(n),
    top: new Float64Array(n),
    total: new Float64Array(n),
    odds: new Float64Array(n),
  };
}

/** A component, of K, with probability data[k, i] / sum. */
function drawn(rng: Rng, { data, columns: n }: Matrix, K: number, i: number, sum: number): number {
  let rest = uniform(rng) * sum - data[i]!;
  let k = 0;
  while (rest > 0 && k < K - 1) {
    k++;
    rest -= data[k * n + i]!;
  }
  return k;
}

/** Replaces logs by what they are of, over the largest of their column; top: logs of these, total: sums of columns. */
function scaled(logs: Matrix, top: Vector, total: Vector): Matrix {
  columnMaxima(logs, top);
  exponentiateColumns(logs, top);
  columnSums(logs, total);
  return logs;
}

function positiveKnown({ n, deviation }: Target): Vector {
  const known = new Float64Array(n);
  deviation!.known.logDensity(known);
  const row = known.indexOf(Number.NEGATIVE_INFINITY);
  if (row < 0) return known;
  throw new SamplerError(
    "the known density must be positive at every row for the evidence beside it; " +
      `it is zero at row ${row + 1}. It cannot have made these data alone: no evidence is needed to say so`,
    { row },
  );
}
