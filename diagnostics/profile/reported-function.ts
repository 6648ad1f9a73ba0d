import { UsageError } from "../../src/core/errors.ts";
import type { State, Target } from "../../src/core/target.ts";
import { type Transform, transformOf, transformsOf } from "../../src/core/transform.ts";
import { componentNames } from "../../src/core/variables.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { copy, type Matrix, matrix, type Vector } from "../../src/math/matrix.ts";
import type { FreeCoordinates } from "../free-coordinates.ts";
import type { ReportParameters } from "../reported-parameters.ts";

/** One term of the gate of one component less that of another; components from 1. */
export interface GateContrast {
  readonly term: string;
  readonly component: number;
  readonly against: number;
}

/** A parameter as draws name it, such as `coef[1,x]`, `sd[2]`, `weight[1]`, `gate[1,x]`; or a contrast. */
export type ProfileParameter = string | GateContrast;

/** A reported parameter, mapped onto the real line, as a function of free coordinates. */
export interface ReportedFunction {
  readonly name: string;
  /** Between the parameter and the real line: log of a positive one, log odds of a weight. */
  readonly map: Transform;
  value(point: Vector): number;
  gradient(point: Vector, out: Vector): void;
}

/**
 * A function that finds reported parameters by name. `steps` are for differences of weights. Throws
 * a UsageError that lists what there is.
 */
export function reportedFunctions(
  target: Target,
  free: FreeCoordinates,
  report: ReportParameters,
  steps: Vector,
): (parameter: ProfileParameter) => ReportedFunction {
  const K = free.stateAt(free.point).theta.rows;
  const names = Array.from({ length: K }, (_, k) => componentNames(target, k + 1)).flat();
  const stride = names.length / K;
  const { dimension: d, layout } = target.expert;
  const supports = layout.flatMap(({ size, support }) => new Array(size).fill(support));
  const affine = affinePart(target, K, report);

  function at(name: string): number {
    const found = names.indexOf(name);
    if (found >= 0) return found;
    throw new UsageError(
      `a parameter must be one of ${names.join(", ")}; got ${JSON.stringify(name)}`,
    );
  }

  return (parameter) => {
    if (typeof parameter !== "string") {
      const { term, component, against } = parameter;
      const [a, b] = [component, against].map((k) => at(`gate[${k},${term}]`)) as [number, number];
      const [first, second] = [affine(a), affine(b)];
      const difference = {
        constant: first.constant - second.constant,
        factors: first.factors.map((c, j) => c - second.factors[j]!),
      };
      const name = `gate[${component},${term}] - gate[${against},${term}]`;
      return affineFunction(target, free, difference, name, transformOf("real"));
    }
    const index = at(parameter);
    const within = index % stride;
    if (within === 0) return weightFunction(target, free, steps, Math.floor(index / stride));
    const map = transformOf(within <= d ? supports[within - 1]! : "real");
    return affineFunction(target, free, affine(index), parameter, map);
  };
}

/** constant + factors' (theta, gamma), where factors has a number for every entry of both. */
interface Affine {
  readonly constant: number;
  readonly factors: Vector;
}

/** A function that gives a reported parameter, by its place, as an affine one of theta and gamma. */
function affinePart({ expert, gate }: Target, K: number, report: ReportParameters) {
  const [d, q] = [expert.dimension, gate.dimension];
  const stride = 1 + d + q;
  const state: State = { theta: matrix(K, d), gamma: matrix(K, q), z: new Int32Array(0) };
  const out = { theta: matrix(K, d), gamma: matrix(K, q) };
  const reported = (): Vector => {
    report(state, out.theta, out.gamma);
    return Float64Array.of(...out.theta.data, ...out.gamma.data);
  };
  const constants = reported();
  const columns = [state.theta.data, state.gamma.data].flatMap((numbers) =>
    Array.from(numbers, (_, j) => {
      numbers[j] = 1;
      const column = reported().map((value, at) => value - constants[at]!);
      numbers[j] = 0;
      return column;
    }),
  );
  return (index: number): Affine => {
    const k = Math.floor(index / stride);
    const j = (index % stride) - 1;
    const place = j < d ? k * d + j : K * d + k * q + j - d;
    return {
      constant: constants[place]!,
      factors: Float64Array.from(columns, (column) => column[place]!),
    };
  };
}

function affineFunction(
  target: Target,
  free: FreeCoordinates,
  { constant, factors }: Affine,
  name: string,
  map: Transform,
): ReportedFunction {
  const maps = transformsOf(target.expert.layout);
  const natural = (point: Vector): number => {
    const { theta, gamma } = free.stateAt(point);
    let total = constant;
    theta.data.forEach((value, j) => {
      total += factors[j]! * value;
    });
    gamma.data.forEach((value, j) => {
      total += factors[theta.data.length + j]! * value;
    });
    return total;
  };
  const value = (point: Vector): number => map.toReal(natural(point));
  return {
    name,
    map,
    value,
    gradient(point, out) {
      const inTheta = free.stateAt(point).theta.data.length;
      const slope = map.logJacobian(value(point));
      for (let j = 0; j < free.size; j++) {
        const inner = j < inTheta ? maps[j % maps.length]!.logJacobian(point[j]!) : 0;
        out[j] = factors[j]! === 0 ? 0 : factors[j]! * fastExp(inner - slope);
      }
    },
  };
}

/** The log odds of the mean probability of a component; derivatives by central differences. */
function weightFunction(
  target: Target,
  free: FreeCoordinates,
  steps: Vector,
  k: number,
): ReportedFunction {
  const { gamma: start, theta } = free.stateAt(free.point);
  const logs = matrix(start.rows, target.n);
  const logOdds = (gamma: Matrix): number => {
    target.gate.logProbability(gamma, logs);
    let [own, others] = [0, 0];
    logs.data.forEach((log, at) => {
      if (Math.floor(at / target.n) === k) own += fastExp(log);
      else others += fastExp(log);
    });
    return fastLog(own) - fastLog(others);
  };
  const moved = copy(start);
  return {
    name: `weight[${k + 1}]`,
    map: transformOf("unit"),
    value: (point) => logOdds(free.stateAt(point).gamma),
    gradient(point, out) {
      out.fill(0);
      moved.data.set(free.stateAt(point).gamma.data);
      if (moved.rows === 1) return;
      for (let j = theta.data.length; j < free.size; j++) {
        const place = j - theta.data.length;
        const centre = moved.data[place]!;
        moved.data[place] = centre + steps[j]!;
        const above = logOdds(moved);
        moved.data[place] = centre - steps[j]!;
        out[j] = (above - logOdds(moved)) / (2 * steps[j]!);
        moved.data[place] = centre;
      }
    },
  };
}
