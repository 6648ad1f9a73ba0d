import type { Draws } from "../core/draws.ts";
import type { Expert } from "../core/expert.ts";
import { type DrawIndex, forEachState } from "../core/posterior.ts";
import type { Target } from "../core/target.ts";
import { fastExp } from "../math/exp.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";

/** The mixtures of S draws at n rows: S · K weighted experts a row. */
export interface DrawnMixture {
  /** n. */
  readonly rows: number;
  /** mean (n × S): E(y | x, draw); within (n): the average over the draws of Var(y | x, draw). */
  moments(mean: Matrix, within: Vector): void;
  /** n × S: density of y[i] in each draw. */
  density(y: Vector): Matrix;
  /** n × S: P(new y ≤ y[i]) in each draw. */
  cdf(y: Vector): Matrix;
  /** P(new y ≤ y[i]) and the density there, averaged over the draws. */
  average(y: Vector, cdf: Vector, density: Vector): void;
}

/** What a density makes of the response of the target, at every row: that of an expert, or the known one. */
interface Part {
  logDensity(out: Vector): void;
  mean(out: Vector): void;
  variance(out: Vector): void;
  cumulative(out: Vector): void;
}

/** Called for a part of draw s, with its probability in each row (length n). */
type Visit = (part: Part, probability: Vector, s: number) => void;

/** Mixtures over the rows of a target on the scale of the data; they write to its response. */
export function drawnMixture(
  target: Target,
  draws: Draws,
  picks: readonly DrawIndex[],
): DrawnMixture {
  const { n, expert } = target;
  const S = picks.length;
  const forEachPart = parts(target, draws, picks);
  const value = new Float64Array(n);
  const variance = new Float64Array(n);
  const sum = new Float64Array(n);

  /** n × S: the weighted sum over components of what `evaluate` writes into `value`. */
  function weightedSums(evaluate: (part: Part) => void): Matrix {
    const out = matrix(n, S);
    forEachPart(
      (part, probability) => {
        evaluate(part);
        addProduct(probability, value, sum);
      },
      (s) => {
        for (let i = 0; i < n; i++) out.data[i * S + s] = sum[i]!;
        sum.fill(0);
      },
    );
    return out;
  }

  function density(part: Part): void {
    part.logDensity(value);
    exponentiate(value);
  }

  return {
    rows: n,
    moments(mean, within) {
      mean.data.set(weightedSums((part) => part.mean(value)).data);
      within.fill(0);
      forEachPart((part, probability, s) => {
        part.mean(value);
        part.variance(variance);
        for (let i = 0; i < n; i++) {
          value[i] = variance[i]! + (value[i]! - mean.data[i * S + s]!) ** 2;
        }
        addProduct(probability, value, within);
      });
      divide(within, S);
    },
    density(y) {
      expert.y.set(y);
      return weightedSums(density);
    },
    cdf(y) {
      expert.y.set(y);
      const out = weightedSums((part) => part.cumulative(value));
      capAtOne(out.data);
      return out;
    },
    average(y, cdf, densityOut) {
      expert.y.set(y);
      cdf.fill(0);
      densityOut.fill(0);
      forEachPart((part, probability) => {
        part.cumulative(value);
        addProduct(probability, value, cdf);
        density(part);
        addProduct(probability, value, densityOut);
      });
      divide(cdf, S);
      divide(densityOut, S);
    },
  };
}

/** A function that visits the parts of every draw: the experts, then the known density where there is one. */
function parts(target: Target, draws: Draws, picks: readonly DrawIndex[]) {
  const { n, expert, deviation } = target;
  const gates = drawnGates(target, draws, picks);
  const ofKnown = new Float64Array(n);
  return (visit: Visit, afterDraw: (s: number) => void = () => undefined): void =>
    forEachState(target, draws, picks, (state, s) => {
      const { theta } = state;
      for (let k = 0; k < theta.rows; k++) {
        visit(partOf(expert, row(theta, k)), row(gates[s]!, k), s);
      }
      if (deviation !== undefined) {
        visit(deviation.known, ofKnown.fill(1 - state.deviation!.lambda[0]!), s);
      }
      afterDraw(s);
    });
}

const partOf = (expert: Expert, theta: Vector): Part => ({
  logDensity: (out) => expert.logDensity(theta, out),
  mean: (out) => expert.mean(theta, out),
  variance: (out) => expert.variance(theta, out),
  cumulative: (out) => expert.cumulative(theta, out),
});

/** out[i] += a[i] · b[i]. */
function addProduct(a: Vector, b: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = out[i]! + a[i]! * b[i]!;
}

function divide(values: Vector, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! / by;
}

function multiply(values: Vector, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * by;
}

function exponentiate(values: Vector): void {
  for (let i = 0; i < values.length; i++) values[i] = fastExp(values[i]!);
}

/** Takes back what rounding has added to sums of probabilities, in place. */
function capAtOne(probabilities: Vector): void {
  for (let i = 0; i < probabilities.length; i++) if (probabilities[i]! > 1) probabilities[i] = 1;
}

/** P(component | x) of each draw: S matrices K × n; beside a known density they sum to its share λ. */
export function drawnGates(target: Target, draws: Draws, picks: readonly DrawIndex[]): Matrix[] {
  const out: Matrix[] = [];
  forEachState(target, draws, picks, ({ gamma, deviation }) => {
    const probability = matrix(gamma.rows, target.n);
    target.gate.logProbability(gamma, probability);
    exponentiate(probability.data);
    if (deviation !== undefined) multiply(probability.data, deviation.lambda[0]!);
    out.push(probability);
  });
  return out;
}
