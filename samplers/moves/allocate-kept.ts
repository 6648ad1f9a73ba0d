import type { Info } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import type { MarginalRatio } from "../marginal-ratio.ts";
import type { Share } from "../share-loops.ts";

/**
 * Draws allocations of the state that a ratio keeps, and says what `allocate` says of a state, from the shares that are
 * there: no density is computed anew.
 */
export function allocateKept({ n, capacity }: Target, { shares, total, unit }: MarginalRatio) {
  let cumulative = new Float64Array(0);
  const names = Array.from({ length: capacity }, (_, k) => `weight[${k + 1}]`);
  const sums = { probability: 0, logWeight: 0 };

  return {
    /** Draws every allocation from its full conditional. */
    draw(rng: Rng, z: Int32Array): void {
      const last = (shares.length - 1) * n;
      if (cumulative.length < last) cumulative = new Float64Array(last);
      for (let k = 0; k < shares.length - 1; k++) accumulate(shares[k]!.joint, k * n, cumulative);
      drawAll(rng, cumulative, last, total.joint, z);
    },

    /** Writes `log_likelihood`, `gate_entropy` and `weight[k]`. */
    describe(info: Info): void {
      let entropy = sumOfLogs(total.gate);
      let logUnits = 0;
      for (let i = 0; i < n; i++) logUnits += unit.joint[i]! - unit.gate[i]!;
      info["log_likelihood"] = sumOfLogs(total.joint) - entropy + logUnits;
      for (let k = 0; k < shares.length; k++) {
        addProbabilities(shares[k]!, total.gate, unit.gate, sums);
        info[names[k]!] = sums.probability / n;
        entropy -= sums.logWeight;
      }
      info["gate_entropy"] = entropy / n;
    },
  };
}

/** out[start + i] = values[i] + what stands n places before, if anything. */
function accumulate(values: Vector, start: number, out: Vector): void {
  const n = values.length;
  if (start === 0) out.set(values);
  else for (let i = 0, at = start; i < n; i++, at++) out[at] = out[at - n]! + values[i]!;
}

/** z[i] = k with probability ∝ cumulative[k, i] − cumulative[k − 1, i], and the rest of the total for the last one. */
function drawAll(rng: Rng, cumulative: Vector, last: number, total: Vector, z: Int32Array): void {
  const n = z.length;
  for (let i = 0; i < n; i++) {
    const threshold = uniform(rng) * total[i]!;
    // All are counted by numbers rather than branches, which no processor can foresee.
    let k = 0;
    for (let at = i; at < last; at += n) k += Number(cumulative[at]! < threshold);
    z[i] = k;
  }
}

/** Σ log of sums that are kept in range. */
function sumOfLogs(values: Vector): number {
  let log = 0;
  let product = 1;
  for (let i = 0; i < values.length; i++) {
    product *= values[i]!;
    if (!(product > 1e-150 && product < 1e150)) {
      log += fastLog(product);
      product = 1;
    }
  }
  return log + fastLog(product);
}

/** Sets `sums` to Σ p and Σ p · (log weight less its unit), p the probabilities of a component. */
function addProbabilities(
  { gate, logGate }: Share,
  total: Vector,
  unit: Vector,
  sums: { probability: number; logWeight: number },
): void {
  let probabilities = 0;
  let logWeights = 0;
  for (let i = 0; i < total.length; i++) {
    const probability = gate[i]! / total[i]!;
    probabilities += probability;
    if (probability > 0) logWeights += probability * (logGate[i]! - unit[i]!);
  }
  sums.probability = probabilities;
  sums.logWeight = logWeights;
}
