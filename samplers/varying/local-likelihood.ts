import type { VaryingProblem } from "../../src/core/varying.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type LaneRows, laneRows } from "./lanes/lane-rows.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Curvature, type RowTerms, rowTerms } from "./row-terms.ts";
import { CHUNK } from "./runs.ts";
import { type Window, windowRows, windows } from "./window.ts";

/** The kernel-weighted log-likelihood at a grid point: Σ K(t_i)/h log f(y_i), its predictors linear in t. */
export interface LocalLikelihood {
  readonly layout: Layout;
  readonly terms: RowTerms;
  /** Moves to a grid point, and fills its window. */
  load(at: number, bandwidth: number): Window;
  /** Moves to a grid point for the next three functions. */
  place(at: number, bandwidth: number): void;
  evaluate(theta: Vector, given?: Vector): number;
  /** Writes gradient (dimension) and the lower triangle of information (dimension²); returns the value. */
  differentiate(
    theta: Vector,
    gradient: Vector,
    information: Vector,
    curvature: Curvature,
    given?: Vector,
  ): number;
  /** Linear predictors of a row of the window filled last, at these parameters. */
  predict(row: number, theta: Vector, predictors: Vector): void;
}

/** By routines where it can be, else by plain loops; the same numbers. */
export function localLikelihood(problem: VaryingProblem): LocalLikelihood {
  const plain = plainLikelihood(problem);
  const lanes = laneRows(problem, plain.layout);
  return lanes === undefined ? plain : inLanes(plain, problem, lanes);
}

/** By plain loops, that the routines are tested against. */
export function plainLikelihood(problem: VaryingProblem): LocalLikelihood {
  const layout = layoutOf(problem);
  const terms = rowTerms(problem, layout);
  const { predictors: P, kind, first, width } = layout;
  const load = windows(problem, layout);
  const predictors = new Float64Array(P);
  const slope = new Float64Array(P);
  const bend = new Float64Array(P * P);
  const pairs = { observed: allPairs(layout), complete: ownPairs(layout) };
  const sums = derivativeSums(layout);
  let window: Window = load(0, 1);

  function predict(row: number, theta: Vector, out: Vector): void {
    const { from, stride, designs } = window;
    for (let p = 0; p < P; p++) {
      const X = designs[kind[p]!];
      const d = width[kind[p]!];
      let sum = 0;
      for (let j = 0, x = row - from, at = first[p]!; j < d; j++, x += stride, at++) {
        sum += X[x]! * theta[at]!;
      }
      out[p] = sum;
    }
  }

  return {
    layout,
    terms,
    predict,

    load(at, bandwidth) {
      window = load(at, bandwidth);
      return window;
    },

    place(at, bandwidth) {
      window = load(at, bandwidth);
    },

    evaluate(theta, given) {
      const { from, to, weight } = window;
      let total = 0;
      for (let i = from; i < to; i++) {
        predict(i, theta, predictors);
        total += weight[i - from]! * terms.value(i, predictors, given);
      }
      return total;
    },

    differentiate(theta, gradient, information, curvature, given) {
      const { from, to, weight } = window;
      gradient.fill(0);
      information.fill(0);
      const which = given === undefined ? pairs[curvature] : pairs.complete;
      let total = 0;
      for (let start = from; start < to; start += CHUNK) {
        const end = Math.min(to, start + CHUNK);
        sums.begin(window, start - from, end - from, which);
        for (let i = start; i < end; i++) {
          const w = weight[i - from]!;
          predict(i, theta, predictors);
          total += w * terms.differentiate(i, predictors, slope, bend, curvature, given);
          sums.take(i - start, w, slope, bend);
        }
        sums.add(gradient, information);
      }
      return total;
    },
  };
}

/** The same by routines. */
function inLanes(plain: LocalLikelihood, { u }: VaryingProblem, lanes: LaneRows): LocalLikelihood {
  const { memory } = lanes;
  let [from, to, at, bandwidth] = [0, 0, 0, 1];

  function place(newAt: number, newBandwidth: number): void {
    at = newAt;
    bandwidth = newBandwidth;
    ({ from, to } = windowRows(u, at, bandwidth));
  }

  function begin(theta: Vector): void {
    lanes.load(from, to, at, bandwidth);
    memory.theta.set(theta);
  }

  return {
    ...plain,
    place,

    load(newAt, newBandwidth) {
      place(newAt, newBandwidth);
      return plain.load(newAt, newBandwidth);
    },

    evaluate(theta, given) {
      begin(theta);
      return lanes.sum(given === undefined ? "value" : "valueGiven", given);
    },

    differentiate(theta, gradient, information, curvature, given) {
      begin(theta);
      const total = lanes.sum(given === undefined ? curvature : "given", given);
      gradient.set(memory.gradient);
      information.set(memory.information);
      return total;
    },
  };
}

/**
 * Gathers weighted derivatives by the predictors row after row, then sums their products with the columns: each sum is
 * one loop over rows.
 */
function derivativeSums({ predictors: P, dimension: D, kind, first, width }: Layout) {
  const slopes = new Float64Array(P * CHUNK);
  const bends = new Float64Array(((P * (P + 1)) / 2) * CHUNK);
  const product = new Float64Array(CHUNK);
  let [begin, count] = [0, 0];
  let pairs: Int32Array = new Int32Array(0);
  let window: Window;

  /** `before` + Σ_m values[offset + m] X[m, j]. */
  function along(before: number, X: Vector, j: number, values: Vector, offset: number): number {
    const from = j * window.stride + begin;
    let sum = before;
    for (let m = 0; m < count; m++) sum += values[offset + m]! * X[from + m]!;
    return sum;
  }

  /** Adds Σ_m product[m] B[m, j] to information[out + j], j < columns: two columns a loop, which reads products once. */
  function addColumns(B: Vector, columns: number, information: Vector, out: number): void {
    let j = 0;
    for (; j + 1 < columns; j += 2) {
      const one = j * window.stride + begin;
      const two = one + window.stride;
      let sumOne = information[out + j]!;
      let sumTwo = information[out + j + 1]!;
      for (let m = 0; m < count; m++) {
        const value = product[m]!;
        sumOne += value * B[one + m]!;
        sumTwo += value * B[two + m]!;
      }
      information[out + j] = sumOne;
      information[out + j + 1] = sumTwo;
    }
    if (j < columns) information[out + j] = along(information[out + j]!, B, j, product, 0);
  }

  function addPair(pair: number, information: Vector): void {
    const a = pairs[2 * pair]!;
    const b = pairs[2 * pair + 1]!;
    const A = window.designs[kind[a]!];
    const w = pair * CHUNK;
    for (let i = 0; i < width[kind[a]!]; i++) {
      const x = i * window.stride + begin;
      for (let m = 0; m < count; m++) product[m] = bends[w + m]! * A[x + m]!;
      const columns = a === b ? i + 1 : width[kind[b]!];
      addColumns(window.designs[kind[b]!], columns, information, (first[a]! + i) * D + first[b]!);
    }
  }

  return {
    /** Rows first … last − 1 of a window come next. */
    begin(of: Window, first: number, last: number, which: Int32Array): void {
      [window, begin, count, pairs] = [of, first, last - first, which];
    },

    take(m: number, weight: number, slope: Vector, bend: Vector): void {
      for (let p = 0; p < P; p++) slopes[p * CHUNK + m] = weight * slope[p]!;
      for (let pair = 0, at = m; 2 * pair < pairs.length; pair++, at += CHUNK) {
        bends[at] = weight * bend[pairs[2 * pair]! * P + pairs[2 * pair + 1]!]!;
      }
    },

    add(gradient: Vector, information: Vector): void {
      for (let p = 0; p < P; p++) {
        const X = window.designs[kind[p]!];
        for (let j = 0; j < width[kind[p]!]; j++) {
          const at = first[p]! + j;
          gradient[at] = along(gradient[at]!, X, j, slopes, p * CHUNK);
        }
      }
      for (let pair = 0; 2 * pair < pairs.length; pair++) addPair(pair, information);
    },
  };
}

/** Pairs of predictors a ≥ b, flat. */
function allPairs({ predictors }: Layout): Int32Array {
  const pairs: number[] = [];
  for (let a = 0; a < predictors; a++) for (let b = 0; b <= a; b++) pairs.push(a, b);
  return Int32Array.from(pairs);
}

/** Those that are not zero where it is known who made a row. */
function ownPairs({ predictors, gateFrom }: Layout): Int32Array {
  const pairs: number[] = [];
  for (let a = 0; a < predictors; a++) {
    if (a >= gateFrom) for (let b = gateFrom; b < a; b++) pairs.push(a, b);
    pairs.push(a, a);
  }
  return Int32Array.from(pairs);
}
