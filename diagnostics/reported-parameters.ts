import type { State, Target } from "../src/core/target.ts";
import { transformsOf } from "../src/core/transform.ts";
import { fastExp } from "../src/math/exp.ts";
import { copy, type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";
import type { FreeCoordinates } from "./free-coordinates.ts";

/** Writes theta (K × d) and gamma (K × q) of a state as they are reported. */
export type ReportParameters = (state: State, theta: Matrix, gamma: Matrix) => void;

/** Theta as it is; rows of a symmetric gate less their mean. */
export function reportCentred({ gate }: Target): ReportParameters {
  return (state, theta, gamma) => {
    theta.data.set(state.theta.data);
    gamma.data.set(state.gamma.data);
    if (gate.fixedRows === 1) return;
    const { rows: K, columns: q } = gamma;
    for (let j = 0; j < q; j++) {
      let mean = 0;
      for (let k = 0; k < K; k++) mean += state.gamma.data[k * q + j]! / K;
      for (let k = 0; k < K; k++) gamma.data[k * q + j] = gamma.data[k * q + j]! - mean;
    }
  };
}

/** Reported parameters of a state and their derivatives by the free coordinates. */
export interface Reported {
  /** Component by component: weight (mean gate probability over rows), theta, gate row; then λ where there is one. */
  readonly values: Vector;
  /** p × values.length. */
  readonly jacobian: Matrix;
}

/** report must be affine in theta and gamma; steps are for weights, which are not. */
export function reportedParameters(
  target: Target,
  state: State,
  free: FreeCoordinates,
  report: ReportParameters,
  steps: Vector,
): Reported {
  const layout = { d: target.expert.dimension, q: target.gate.dimension, K: state.theta.rows };
  const stride = 1 + layout.d + layout.q;
  const parametersAt = parameters(report, layout);
  const weightsAt = meanProbabilities(target, layout.K);
  const values = new Float64Array(layout.K * stride + (state.deviation === undefined ? 0 : 1));
  const jacobian = matrix(free.size, values.length);
  const all = (at: State, out: Vector): void => {
    parametersAt(at, out);
    weightsAt(at.gamma, out, stride);
  };
  all(state, values);
  const [lambda] = state.deviation?.lambda ?? [];
  if (lambda !== undefined) {
    values[values.length - 1] = lambda;
    jacobian.data[jacobian.data.length - 1] = lambda * (1 - lambda);
  }
  const components = free.size - (lambda === undefined ? 0 : 1);

  const slopes = transformSlopes(target, free, layout.K);
  const moved = { theta: copy(state.theta), gamma: copy(state.gamma), z: state.z };
  const inTheta = state.theta.data.length;
  for (let j = 0; j < components; j++) {
    const numbers = j < inTheta ? moved.theta.data : moved.gamma.data;
    const at = j < inTheta ? j : j - inTheta;
    const out = row(jacobian, j);
    addSlope(parametersAt, moved, { numbers, at, step: 1, factor: slopes[j]! }, out);
    if (j < inTheta) continue;
    const step = { numbers, at, step: steps[j]!, factor: 1 };
    addSlope((s, to) => weightsAt(s.gamma, to, stride), moved, step, out);
  }
  return { values, jacobian };
}

interface Step {
  readonly numbers: Vector;
  readonly at: number;
  readonly step: number;
  readonly factor: number;
}

/** out += factor times the central difference of f by one number of the state. */
function addSlope(
  f: (state: State, out: Vector) => void,
  state: State,
  { numbers, at, step, factor }: Step,
  out: Vector,
): void {
  const centre = numbers[at]!;
  const above = new Float64Array(out.length);
  const below = new Float64Array(out.length);
  numbers[at] = centre + step;
  f(state, above);
  numbers[at] = centre - step;
  f(state, below);
  numbers[at] = centre;
  for (let r = 0; r < out.length; r++) {
    out[r] = out[r]! + (factor * (above[r]! - below[r]!)) / (2 * step);
  }
}

function parameters(report: ReportParameters, { d, q, K }: { d: number; q: number; K: number }) {
  const theta = matrix(K, d);
  const gamma = matrix(K, q);
  return (state: State, out: Vector): void => {
    report(state, theta, gamma);
    for (let k = 0; k < K; k++) {
      out.set(row(theta, k), k * (1 + d + q) + 1);
      out.set(row(gamma, k), k * (1 + d + q) + 1 + d);
    }
  };
}

function meanProbabilities({ n, gate }: Target, K: number) {
  const logs = matrix(K, n);
  return (gamma: Matrix, out: Vector, stride: number): void => {
    gate.logProbability(gamma, logs);
    for (let k = 0; k < K; k++) {
      let total = 0;
      for (let i = k * n; i < (k + 1) * n; i++) total += fastExp(logs.data[i]!);
      out[k * stride] = total / n;
    }
  };
}

/** Derivative of each natural parameter by its free coordinate: 1 for the gate. */
function transformSlopes({ expert }: Target, { point }: FreeCoordinates, K: number): Vector {
  const maps = transformsOf(expert.layout);
  const d = maps.length;
  return point.map((at, j) => (j < K * d ? fastExp(maps[j % d]!.logJacobian(at)) : 1));
}
