import { Matrix as Dense, determinant, inverse } from "ml-matrix";
import type { NormalInverseGammaDeclaration } from "../../src/core/model.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { digamma } from "./digamma.ts";

/** Closed-form posterior of one conjugate regression: β | σ² ~ N(mean, σ² spread), σ² ~ IG(shape, rate). */
export interface ConjugateFit {
  readonly mean: readonly number[];
  readonly spread: Dense;
  readonly shape: number;
  readonly rate: number;
  readonly logMarginal: number;
}

/** Rows of a regression: covariates (n × p, as rows) and responses. */
export interface Regression {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
}

type ScalarPrior = NormalInverseGammaDeclaration & {
  readonly mean: number;
  readonly scale: number;
};

/** The posterior given the rows where `included`; textbook formulas with explicit inverses. Source: [gelman2013] §14.2. */
export function conjugateFit(
  { X, y }: Regression,
  included: (i: number) => boolean,
  { mean, scale, shape, rate }: ScalarPrior,
): ConjugateFit {
  const p = X[0]!.length;
  const rows = y.map((_, i) => i).filter(included);
  const precision = Dense.eye(p, p, 1 / scale);
  const right = Dense.columnVector(new Array(p).fill(mean / scale));
  let squares = (p * mean * mean) / scale;
  for (const i of rows) {
    const x = Dense.columnVector([...X[i]!]);
    precision.add(x.mmul(x.transpose()));
    right.add(Dense.mul(x, y[i]!));
    squares += y[i]! ** 2;
  }
  const spread = inverse(precision);
  const centre = spread.mmul(right);
  const newShape = shape + rows.length / 2;
  const newRate = rate + (squares - centre.transpose().mmul(right).get(0, 0)) / 2;
  const logMarginal =
    -0.5 * rows.length * Math.log(2 * Math.PI) -
    0.5 * (p * Math.log(scale) + Math.log(determinant(precision))) +
    shape * Math.log(rate) -
    newShape * Math.log(newRate) +
    logGamma(newShape) -
    logGamma(shape);
  return { mean: centre.to1DArray(), spread, shape: newShape, rate: newRate, logMarginal };
}

/** E(log σ) under σ² ~ IG(shape, rate). */
export function expectedLogSd({ shape, rate }: ConjugateFit): number {
  return 0.5 * (Math.log(rate) - digamma(shape));
}

/** x'β at the posterior mean. */
export function fittedMean(x: readonly number[], { mean }: ConjugateFit): number {
  return mean.reduce((sum, value, j) => sum + value * x[j]!, 0);
}

/** Of a gate given an allocation: its log evidence, and P(component 1) and the entropy of the gate at each row. */
export interface GateGivenAllocation {
  readonly logEvidence: number;
  readonly first: readonly number[];
  readonly entropy: number;
}

/** Everything about two components given one allocation. */
export interface Partition {
  readonly z: readonly number[];
  readonly fits: readonly [ConjugateFit, ConjugateFit];
  readonly gate: GateGivenAllocation;
}

/** A functional of the posterior: its conditional expectation given the allocation. */
export type Conditional = (partition: Partition) => number;

/**
 * Exact posterior expectations in a mixture of two conjugate regressions, by summing over all 2ⁿ allocations;
 * n ≤ 12 or so.
 */
export function enumerate(
  regression: Regression,
  prior: ScalarPrior,
  gate: (z: readonly number[]) => GateGivenAllocation,
  functionals: readonly Conditional[],
): number[] {
  const n = regression.y.length;
  const subsets = Array.from({ length: 2 ** n }, (_, mask) =>
    conjugateFit(regression, (i) => ((mask >> i) & 1) === 1, prior),
  );
  const partitions = subsets.map((fit, mask): Partition => {
    const z = regression.y.map((_, i) => 1 - ((mask >> i) & 1));
    return { z, fits: [fit, subsets[2 ** n - 1 - mask]!], gate: gate(z) };
  });
  const logWeight = partitions.map(
    ({ fits, gate }) => fits[0].logMarginal + fits[1].logMarginal + gate.logEvidence,
  );
  const max = Math.max(...logWeight);
  const weight = logWeight.map((log) => Math.exp(log - max));
  const total = weight.reduce((sum, w) => sum + w, 0);
  return functionals.map(
    (functional) =>
      partitions.reduce((sum, partition, m) => sum + weight[m]! * functional(partition), 0) / total,
  );
}

/** The Dirichlet-multinomial gate of a two-component mixture with weights Dirichlet(a, a). */
export function dirichletGate(
  concentration: number,
): (z: readonly number[]) => GateGivenAllocation {
  return (z) => {
    const second = z.reduce((sum, k) => sum + k, 0);
    const a = concentration + z.length - second;
    const b = concentration + second;
    const first = a / (a + b);
    // E(−w log w) for w ~ Beta(a, b) is (a / (a + b)) (ψ(a + b + 1) − ψ(a + 1)).
    const top = digamma(a + b + 1);
    const entropy = first * (top - digamma(a + 1)) + (1 - first) * (top - digamma(b + 1));
    return { logEvidence: logGamma(a) + logGamma(b), first: z.map(() => first), entropy };
  };
}

const NODES = 61;
const REACH = 7;

/**
 * The gate of two components with two gate columns: only the difference of the rows matters, and it is
 * N(0, sd² I) a priori. The trapezoidal rule on ±7 sd is exact to rounding for this smooth, fast-decaying integrand.
 */
export function logisticGate(
  W: readonly (readonly number[])[],
  sd: number,
): (z: readonly number[]) => GateGivenAllocation {
  const axis = Array.from({ length: NODES }, (_, j) => REACH * ((2 * j) / (NODES - 1) - 1));
  const nodes = axis.flatMap((u) => axis.map((v) => [u, v] as const));
  const logPrior = nodes.map(([u, v]) => -0.5 * (u * u + v * v));
  const logit = nodes.map(([u, v]) => Float64Array.from(W, (w) => sd * (u * w[0]! + v * w[1]!)));
  const first = logit.map((row) => row.map((eta) => 1 / (1 + Math.exp(-eta))));
  const level = logit.map((row) => row.reduce((sum, eta) => sum - Math.log1p(Math.exp(eta)), 0));
  // With η = log odds, −w log w − (1 − w) log(1 − w) = log(1 + e^η) − w η.
  const entropy = logit.map((row, node) => {
    const total = row.reduce((sum, eta, i) => sum + first[node]![i]! * eta, level[node]!);
    return -total / W.length;
  });
  return (z) => {
    const expectedFirst = new Array<number>(W.length).fill(0);
    let total = 0;
    let expectedEntropy = 0;
    for (let node = 0; node < nodes.length; node++) {
      let log = logPrior[node]! + level[node]!;
      const eta = logit[node]!;
      for (let i = 0; i < z.length; i++) if (z[i] === 0) log += eta[i]!;
      const weight = Math.exp(log);
      total += weight;
      expectedEntropy += weight * entropy[node]!;
      for (let i = 0; i < z.length; i++) expectedFirst[i]! += weight * first[node]![i]!;
    }
    return {
      logEvidence: Math.log(total),
      first: expectedFirst.map((sum) => sum / total),
      entropy: expectedEntropy / total,
    };
  };
}
