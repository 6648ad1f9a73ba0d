import type { VaryingProblem } from "../../src/core/varying.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Curvature, type RowTerms, rowTerms } from "./row-terms.ts";
import { type Window, windows } from "./window.ts";

/** The kernel-weighted log-likelihood at a grid point: Σ K(t_i)/h log f(y_i), its predictors linear in t. */
export interface LocalLikelihood {
  readonly layout: Layout;
  readonly terms: RowTerms;
  /** Moves to a grid point. */
  load(at: number, bandwidth: number): Window;
  evaluate(theta: Vector, given?: Vector): number;
  /** Adds to gradient (dimension) and to the lower triangle of information (dimension²); returns the value. */
  differentiate(
    theta: Vector,
    gradient: Vector,
    information: Vector,
    curvature: Curvature,
    given?: Vector,
  ): number;
  /** Linear predictors of a row of the window at these parameters. */
  predict(row: number, theta: Vector, predictors: Vector): void;
}

export function localLikelihood(problem: VaryingProblem): LocalLikelihood {
  const layout = layoutOf(problem);
  const terms = rowTerms(problem, layout);
  const { predictors: P, kind, first, width } = layout;
  const load = windows(problem, layout);
  const predictors = new Float64Array(P);
  const slope = new Float64Array(P);
  const bend = new Float64Array(P * P);
  const pairs = { observed: allPairs(layout), complete: ownPairs(layout) };
  const addInformation = informationOf(layout, bend);
  let window: Window = load(0, 1);

  function predict(row: number, theta: Vector, out: Vector): void {
    const m = row - window.from;
    for (let p = 0; p < P; p++) {
      const d = width[kind[p]!];
      const X = window.designs[kind[p]!];
      const at = first[p]!;
      let sum = 0;
      for (let j = 0, x = m * d; j < d; j++, x++) sum += X[x]! * theta[at + j]!;
      out[p] = sum;
    }
  }

  function addGradient(m: number, weight: number, gradient: Vector): void {
    for (let p = 0; p < P; p++) {
      const d = width[kind[p]!];
      const X = window.designs[kind[p]!];
      const at = first[p]!;
      const scaled = weight * slope[p]!;
      for (let j = 0, x = m * d; j < d; j++, x++) {
        gradient[at + j] = gradient[at + j]! + scaled * X[x]!;
      }
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

    evaluate(theta, given) {
      let total = 0;
      for (let i = window.from; i < window.to; i++) {
        predict(i, theta, predictors);
        total += window.weight[i - window.from]! * terms.value(i, predictors, given);
      }
      return total;
    },

    differentiate(theta, gradient, information, curvature, given) {
      const which = given === undefined ? pairs[curvature] : pairs.complete;
      let total = 0;
      for (let i = window.from; i < window.to; i++) {
        const m = i - window.from;
        const weight = window.weight[m]!;
        predict(i, theta, predictors);
        total += weight * terms.differentiate(i, predictors, slope, bend, curvature, given);
        addGradient(m, weight, gradient);
        addInformation(window, m, weight, which, information);
      }
      return total;
    },
  };
}

/** A function that adds weight · X' bend X of a row, X its designs, for some pairs of predictors. */
function informationOf({ predictors: P, dimension: D, kind, first, width }: Layout, bend: Vector) {
  return (
    { designs }: Window,
    m: number,
    weight: number,
    pairs: Int32Array,
    information: Vector,
  ): void => {
    for (let pair = 0; pair < pairs.length; pair += 2) {
      const a = pairs[pair]!;
      const b = pairs[pair + 1]!;
      const dA = width[kind[a]!];
      const dB = width[kind[b]!];
      const A = designs[kind[a]!];
      const B = designs[kind[b]!];
      const scaled = weight * bend[a * P + b]!;
      for (let i = 0; i < dA; i++) {
        const x = scaled * A[m * dA + i]!;
        const out = (first[a]! + i) * D + first[b]!;
        const columns = a === b ? i + 1 : dB;
        for (let j = 0, at = m * dB; j < columns; j++, at++) {
          information[out + j] = information[out + j]! + x * B[at]!;
        }
      }
    }
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
    for (let b = a < gateFrom ? a : gateFrom; b <= a; b++) pairs.push(a, b);
  }
  return Int32Array.from(pairs);
}
