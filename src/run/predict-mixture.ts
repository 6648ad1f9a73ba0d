import type { Draws } from "../core/draws.ts";
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

/** Called for a component of draw s: its parameters and its probability in each row (length n). */
type Visit = (theta: Vector, probability: Vector, s: number) => void;

/** Mixtures over the rows of a target on the scale of the data; they write to its response. */
export function drawnMixture(
  target: Target,
  draws: Draws,
  picks: readonly DrawIndex[],
): DrawnMixture {
  const { n, expert } = target;
  const S = picks.length;
  const gates = drawnGates(target, draws, picks);
  const value = new Float64Array(n);
  const variance = new Float64Array(n);
  const sum = new Float64Array(n);

  const forEachExpert = (visit: Visit, afterDraw: (s: number) => void = () => undefined): void =>
    forEachState(target, draws, picks, ({ theta }, s) => {
      for (let k = 0; k < theta.rows; k++) visit(row(theta, k), row(gates[s]!, k), s);
      afterDraw(s);
    });

  /** n × S: the weighted sum over components of what `evaluate` writes into `value`. */
  function weightedSums(evaluate: (theta: Vector) => void): Matrix {
    const out = matrix(n, S);
    forEachExpert(
      (theta, probability) => {
        evaluate(theta);
        addProduct(probability, value, sum);
      },
      (s) => {
        for (let i = 0; i < n; i++) out.data[i * S + s] = sum[i]!;
        sum.fill(0);
      },
    );
    return out;
  }

  function density(theta: Vector): void {
    expert.logDensity(theta, value);
    exponentiate(value);
  }

  return {
    rows: n,
    moments(mean, within) {
      mean.data.set(weightedSums((theta) => expert.mean(theta, value)).data);
      within.fill(0);
      forEachExpert((theta, probability, s) => {
        expert.mean(theta, value);
        expert.variance(theta, variance);
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
      const out = weightedSums((theta) => expert.cumulative(theta, value));
      capAtOne(out.data);
      return out;
    },
    average(y, cdf, densityOut) {
      expert.y.set(y);
      cdf.fill(0);
      densityOut.fill(0);
      forEachExpert((theta, probability) => {
        expert.cumulative(theta, value);
        addProduct(probability, value, cdf);
        density(theta);
        addProduct(probability, value, densityOut);
      });
      divide(cdf, S);
      divide(densityOut, S);
    },
  };
}

/** out[i] += a[i] · b[i]. */
function addProduct(a: Vector, b: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = out[i]! + a[i]! * b[i]!;
}

function divide(values: Vector, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! / by;
}

function exponentiate(values: Vector): void {
  for (let i = 0; i < values.length; i++) values[i] = fastExp(values[i]!);
}

/** Takes back what rounding has added to sums of probabilities, in place. */
function capAtOne(probabilities: Vector): void {
  for (let i = 0; i < probabilities.length; i++) if (probabilities[i]! > 1) probabilities[i] = 1;
}

/** P(component | x) of each draw: S matrices K × n. */
export function drawnGates(target: Target, draws: Draws, picks: readonly DrawIndex[]): Matrix[] {
  const out: Matrix[] = [];
  forEachState(target, draws, picks, ({ gamma }) => {
    const probability = matrix(gamma.rows, target.n);
    target.gate.logProbability(gamma, probability);
    exponentiate(probability.data);
    out.push(probability);
  });
  return out;
}
