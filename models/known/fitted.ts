import type { Known } from "../../src/core/known.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../src/core/mixture.ts";
import type { FittedKnown } from "../../src/core/model.ts";
import type { State, Target } from "../../src/core/target.ts";
import { fastExp } from "../../src/math/exp.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";

/** Another model at fixed parameters: `target` is that model over the same rows; y the response that is looked at. */
export function compileFitted(known: FittedKnown, target: Target, y: Vector): Known {
  const { n, expert } = target;
  const state = stateOf(known, n);
  const scratch = mixtureScratch(target);
  const parts = partsOf(target, state);
  const value = new Float64Array(n);
  const mean = new Float64Array(n);

  /** out ← Σ probability · what `write` puts into `value`, over the parts. */
  function average(out: Vector, write: (part: Part) => void): void {
    out.fill(0);
    for (const part of parts) {
      write(part);
      for (let i = 0; i < n; i++) out[i] = out[i]! + part.probability[i]! * value[i]!;
    }
  }

  return {
    words: known.words,
    logDensity(out) {
      expert.y.set(y);
      sumOutAllocation(logJoint(target, state, scratch), scratch);
      out.set(scratch.logDensity);
    },
    mean: (out) => average(out, (part) => part.mean(value)),
    variance(out) {
      average(mean, (part) => part.mean(value));
      const centre = new Float64Array(n);
      average(out, (part) => {
        part.mean(centre);
        part.variance(value);
        for (let i = 0; i < n; i++) value[i] = value[i]! + (centre[i]! - mean[i]!) ** 2;
      });
    },
    cumulative(out) {
      expert.y.set(y);
      average(out, (part) => part.cumulative(value));
    },
    simulate(rng, rows, into) {
      target.simulate(rng, state);
      for (const i of rows) into[i] = expert.y[i]!;
    },
  };
}

/** One expert, or the density that is known to the fitted model itself. */
interface Part extends Pick<Known, "mean" | "variance" | "cumulative"> {
  /** In each row, n. */
  readonly probability: Vector;
}

function partsOf({ n, expert, gate, deviation }: Target, state: State): Part[] {
  const K = state.theta.rows;
  const logs = matrix(K, n);
  gate.logProbability(state.gamma, logs);
  const share = state.deviation?.lambda[0] ?? 1;
  const experts = Array.from({ length: K }, (_, k): Part => {
    const theta = row(state.theta, k);
    return {
      probability: row(logs, k).map((log) => share * fastExp(log)),
      mean: (out) => expert.mean(theta, out),
      variance: (out) => expert.variance(theta, out),
      cumulative: (out) => expert.cumulative(theta, out),
    };
  });
  if (deviation === undefined) return experts;
  const probability = new Float64Array(n).fill(1 - share);
  return [...experts, { ...deviation.known, probability }];
}

function stateOf({ theta, gamma, lambda }: FittedKnown, n: number): State {
  const parameters = { theta: asMatrix(theta), gamma: asMatrix(gamma), z: new Int32Array(n) };
  if (lambda === undefined) return parameters;
  const deviation = { lambda: Float64Array.of(lambda), fromKnown: new Uint8Array(n) };
  return { ...parameters, deviation };
}

function asMatrix(rows: readonly (readonly number[])[]): Matrix {
  return matrix(rows.length, rows[0]?.length ?? 0, Float64Array.from(rows.flat()));
}
