import { describe, expect, test } from "vitest";
import { gates } from "../../models/gates/index.ts";
import type { Gate } from "../../src/core/gate.ts";
import type { GateDeclaration } from "../../src/core/model.ts";
import { type Matrix, matrix, row } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import { normalCdf } from "../../src/math/stdlib.ts";
import { known, moments, uniformityTest, welch } from "../helpers/statistics.ts";
import { boxScores, FAR, gainNearby } from "./contract-tools.ts";
import { compileGate, gateDeclarations, gateObjective, priorRows } from "./gates-cases.ts";

const cases = Object.entries(gateDeclarations).flatMap(([kind, declarations]) =>
  Object.entries(declarations).map(
    ([name, declaration]) => [`${kind}, ${name}`, declaration] as const,
  ),
);

/** Allocations without a pattern, among all components or all but the last. */
const allocations = (n: number, K: number) =>
  Int32Array.from({ length: n }, (_, i) => (i * i + (i >> 1)) % K);

test("every registered gate has declarations here", () => {
  expect(Object.keys(gateDeclarations).sort()).toEqual(Object.keys(gates).sort());
});

describe.each(cases)("%s", (_, declaration) => {
  const updateNames = compileGate(declaration, 3).updates.map(({ name }) => name);

  test("names its terms and offers an update", () => {
    const gate = compileGate(declaration, 3);
    expect(gate.terms).toHaveLength(gate.dimension);
    expect(new Set(updateNames).size).toBe(updateNames.length);
    expect(updateNames.length).toBeGreaterThan(0);
  });

  test("draws from the prior whose density it states", () => {
    const { dimension, logPrior, samplePrior } = compileGate(declaration, 3);
    const scores = boxScores({ dimension, logDensity: logPrior, sample: samplePrior }, 32);
    for (const z of scores) expect(Math.abs(z)).toBeLessThan(FAR);
  });

  test.each([1, 2, 3, 7])("has probabilities that sum to 1 with %i components", (K) => {
    const gate = compileGate(declaration, 10, 2, 400);
    const gamma = priorRows(gate, K, 21);
    expectProbabilities(gate.logProbability, gamma, 10);
  });

  test("has probabilities where predictors are ±800", () => {
    const gate = compileGate(declaration, 10, 1);
    for (const values of [
      [800, -800, 0],
      [-800, -800, -800],
      [800, 800, 800],
      [0, -800, 799],
    ]) {
      const gamma = matrix(3, 1, Float64Array.from(values));
      expectProbabilities(gate.logProbability, gamma, 10);
      expectWeights(gate, gamma, 10);
    }
  });

  test.each(updateNames)("keeps a fixed row at zero, whatever happens: %s", (name) => {
    const gate = compileGate(declaration, 10);
    const gamma = priorRows(gate, 3, 22);
    const { step } = gate.updates.find((update) => update.name === name)!;
    step(createRng(1), gamma, allocations(10, 3));
    gate.maximize(gamma, softResponsibility(3, 10), 1);
    gate.translate?.(createRng(2), gamma);
    if (gate.fixedRows === 1) expect([...row(gamma, 2)]).toEqual([0, 0]);
    expect(gamma.data.every(Number.isFinite)).toBe(true);
  });

  test.each(updateNames)("keeps the only row at zero where it is the fixed one: %s", (name) => {
    const gate = compileGate(declaration, 10);
    const gamma = matrix(1, gate.dimension);
    gate.updates
      .find((update) => update.name === name)!
      .step(createRng(1), gamma, allocations(10, 1));
    expect(gamma.data.every((value) => value === 0)).toBe(gate.fixedRows === 1);
  });

  test.each(updateNames)("survives every way in which data can be awkward: %s", (name) => {
    for (const [K, scale, z] of [
      [1, 1, () => 0],
      [2, 1, () => 0],
      [2, 1, () => 1],
      [3, 1, (i: number) => (i % 2) * 2],
      [2, 1, (i: number) => (designX(i) > 0 ? 1 : 0)],
      [2, 1e6, (i: number) => (designX(i) > 0 ? 1 : 0)],
      [3, 1e-6, (i: number) => i % 3],
      [3, 1e6, (i: number) => i % 3],
    ] as const) {
      const gate = compileGate(declaration, 10, 2, scale);
      const gamma = priorRows(gate, K, 23);
      const { step } = gate.updates.find((update) => update.name === name)!;
      const allocated = Int32Array.from({ length: 10 }, (__, i) => z(i));
      const rng = createRng(5);
      for (let t = 0; t < 50; t++) {
        const { proposed, accepted } = step(rng, gamma, allocated);
        expect(accepted).toBeLessThanOrEqual(proposed);
      }
      expect(gamma.data.every(Number.isFinite)).toBe(true);
      for (let k = 0; k < K - gate.fixedRows; k++) {
        expect(gate.logPrior(row(gamma, k))).toBeGreaterThan(-1e6);
      }
      expectProbabilities(gate.logProbability, gamma, 10);
      expectWeights(gate, gamma, 10);
    }
  });

  test.each(
    updateNames.flatMap((name) =>
      [
        [2, 1],
        [2, 2],
        [3, 1],
      ].map(([K, q]) => [name, K!, q!] as const),
    ),
  )("an update keeps p(gamma | z), known by quadrature: %s, K = %i, q = %i", (name, K, q) => {
    const n = 7;
    const gate = compileGate(declaration, n, q);
    if ((K - gate.fixedRows) * gate.dimension > 2) return;
    const z = allocations(n, K);
    const exact = expectations(declaration, K, q, z);
    const { step } = gate.updates.find((update) => update.name === name)!;
    const means = Array.from({ length: 40 }, (__, chain) => {
      const rng = createRng(91, chain);
      const gamma = priorRows(gate, K, 500 + chain);
      const log = matrix(K, n);
      const sums = exact.map(() => 0);
      const SWEEPS = 300;
      for (let t = -20; t < SWEEPS; t++) {
        step(rng, gamma, z);
        if (t < 0) continue;
        gate.logProbability(gamma, log);
        observe(gamma, log, z).forEach((value, j) => {
          sums[j] = sums[j]! + value / SWEEPS;
        });
      }
      return sums;
    });
    exact.forEach((value, j) => {
      const sample = moments(means.map((mean) => mean[j]!));
      const { p, detail } = welch(`statistic ${j}`, sample, known(value));
      expect(p, detail).toBeGreaterThan(1e-5);
    });
  });

  test.each([
    ["responsibilities", softResponsibility(3, 10), 1],
    ["responsibilities with little prior", softResponsibility(3, 10), 0.01],
    ["allocations", hardResponsibility(allocations(10, 3), 3), 1],
    ["an empty component", hardResponsibility(allocations(10, 2), 3), 1],
    ["one component", hardResponsibility(new Int32Array(10), 1), 1],
    ["weights that do not sum to 1", doubled(softResponsibility(2, 10)), 1],
  ])("maximizes the posterior: %s", (__, responsibility, priorWeight) => {
    const isUniform = declaration.prior?.kind === "uniform";
    for (const scale of [1, 1e-6, 1e4]) {
      const gate = compileGate(declaration, 10, 2, scale);
      const K = responsibility.rows;
      const objective = gateObjective(gate, K, responsibility, priorWeight);
      const gamma = priorRows(gate, K, 24);
      gate.maximize(gamma, responsibility, priorWeight);
      const free = gamma.data.slice(0, (K - gate.fixedRows) * gate.dimension);
      expect(objective(free)).toBeGreaterThan(-1e9);
      // Where the prior ends first, it is near the maximum only.
      if (free.length > 0 && !isUniform) {
        expect(gainNearby(objective, free), `scale ${scale}`).toBeLessThanOrEqual(1e-10);
      }
    }
  });

  test("maximizes the likelihood where the prior has no weight", () => {
    for (const scale of [1, 1e-4, 1e4]) {
      const gate = compileGate(declaration, 10, 2, scale);
      const responsibility = softResponsibility(3, 10);
      const objective = gateObjective(gate, 3, responsibility, 0);
      const gamma = priorRows(gate, 3, 24);
      gate.maximize(gamma, responsibility, 0);
      expect(
        gainNearby(objective, gamma.data.slice(0, (3 - gate.fixedRows) * gate.dimension)),
      ).toBeLessThanOrEqual(1e-10);
    }
  });

  test("fits separated data with finite numbers, prior or not", () => {
    const z = Int32Array.from({ length: 10 }, (__, i) => (designX(i) > 0 ? 1 : 0));
    for (const priorWeight of [0, 0.01, 1]) {
      const gate = compileGate(declaration, 10);
      const gamma = priorRows(gate, 2, 25);
      gate.maximize(gamma, hardResponsibility(z, 2), priorWeight);
      expect(gamma.data.every(Number.isFinite)).toBe(true);
    }
  });

  test("translates all rows alike, to where the prior puts their mean", () => {
    const gate = compileGate(declaration, 10);
    if (gate.translate === undefined) return;
    const { mean, sd } = declaration.prior as unknown as { mean: number; sd: number };
    const gamma = priorRows(gate, 3, 26);
    const log = [matrix(3, 10), matrix(3, 10)] as const;
    gate.logProbability(gamma, log[0]);
    const rng = createRng(6);
    const scores = Array.from({ length: 2000 }, () => {
      gate.translate!(rng, gamma);
      const average = (gamma.data[0]! + gamma.data[2]! + gamma.data[4]!) / 3;
      return normalCdf(((average - mean) * Math.sqrt(3)) / sd);
    });
    expect(uniformityTest("mean", Float64Array.from(scores)).p).toBeGreaterThan(1e-4);
    gate.logProbability(gamma, log[1]);
    log[0].data.forEach((value, at) => {
      expect(log[1].data[at]).toBeCloseTo(value, 10);
    });
  });

  test("leaves its declaration as it was, and survives JSON", () => {
    const before = JSON.stringify(declaration);
    const [a, b] = [declaration, JSON.parse(before) as GateDeclaration].map((one) => {
      const gate = compileGate(one, 10);
      const gamma = priorRows(gate, 3, 27);
      gate.updates[0]!.step(createRng(7), gamma, allocations(10, 3));
      return [...gamma.data];
    });
    expect(JSON.stringify(declaration)).toBe(before);
    expect(a).toEqual(b);
  });
});

const designX = (i: number): number => [-1.5, 0.7, -0.2, 1.8, -1.1, 1.2, 0.1, -0.6, 0.4, -0.9][i]!;

function expectProbabilities(
  logProbability: (gamma: Matrix, out: Matrix) => void,
  gamma: Matrix,
  n: number,
): void {
  const log = matrix(gamma.rows, n);
  logProbability(gamma, log);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < gamma.rows; k++) sum += Math.exp(log.data[k * n + i]!);
    // A predictor of 1e6 is rounded at 1e-10.
    expect(sum).toBeCloseTo(1, 8);
  }
}

/** Weights are the probabilities up to a factor of a column, also those that an update has left. */
function expectWeights({ weights, logProbability }: Gate, gamma: Matrix, n: number): void {
  if (weights === undefined) return;
  const { weight, log } = weights(gamma);
  const expected = matrix(gamma.rows, n);
  logProbability(gamma, expected);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < gamma.rows; k++) sum += weight.data[k * n + i]!;
    expect(sum).toBeGreaterThan(1e-131);
    expect(sum).toBeLessThan(1e140);
    for (let k = 0; k < gamma.rows; k++) {
      const at = k * n + i;
      expect(weight.data[at]! / sum).toBeCloseTo(Math.exp(expected.data[at]!), 8);
      const logP = log.data[at]! - Math.log(sum);
      expect(Math.abs(logP - expected.data[at]!)).toBeLessThan(1e-8 * (1 + Math.abs(logP)));
    }
  }
}

function softResponsibility(K: number, n: number): Matrix {
  const weight = (k: number, i: number) => 1 + ((3 * k + 2 * i + k * i) % 5);
  const total = (i: number) =>
    Array.from({ length: K }, (_, k) => weight(k, i)).reduce((a, b) => a + b);
  const data = Array.from({ length: K }, (_, k) =>
    Array.from({ length: n }, (__, i) => weight(k, i) / total(i)),
  );
  return matrix(K, n, Float64Array.from(data.flat()));
}

function hardResponsibility(z: Int32Array, K: number): Matrix {
  const out = matrix(K, z.length);
  z.forEach((k, i) => {
    out.data[k * z.length + i] = 1;
  });
  return out;
}

function doubled({ rows, columns, data }: Matrix): Matrix {
  return matrix(
    rows,
    columns,
    data.map((value) => 2 * value),
  );
}

/** Bounded functions of every coefficient, their products, and probabilities: what a wrong update would move. */
function observe(gamma: Matrix, log: Matrix, z: Int32Array): number[] {
  const bounded = Array.from(gamma.data, (value) => Math.tanh(value / 2));
  const fit = z.reduce((sum, k, i) => sum + Math.exp(log.data[k * z.length + i]!), 0);
  return [...bounded, ...bounded.map((value) => value * value), bounded[0]! * bounded[1]!, fit];
}

/** The same under p(gamma | z), by Simpson's rule over the one or two free coefficients. */
function expectations(declaration: GateDeclaration, K: number, q: number, z: Int32Array): number[] {
  const gate = compileGate(declaration, z.length, q);
  const free = (K - gate.fixedRows) * gate.dimension;
  const isUniform = declaration.prior?.kind === "uniform";
  const [from, to] = isUniform ? [0.5, 3] : [-30, 30];
  const nodes = isUniform ? 60 : 240;
  const gamma = matrix(K, gate.dimension);
  const log = matrix(K, z.length);
  const sums: number[] = [];
  let total = 0;

  function visit(weight: number): void {
    let height = Math.log(weight);
    for (let k = 0; k < K - gate.fixedRows; k++) height += gate.logPrior(row(gamma, k));
    gate.logProbability(gamma, log);
    for (let i = 0; i < z.length; i++) height += log.data[z[i]! * z.length + i]!;
    const mass = Math.exp(height);
    if (mass < 1e-20) return;
    total += mass;
    observe(gamma, log, z).forEach((value, j) => {
      sums[j] = (sums[j] ?? 0) + mass * value;
    });
  }

  function walk(j: number, weight: number): void {
    for (let node = 0; node <= nodes; node++) {
      gamma.data[j] = from! + ((to! - from!) * node) / nodes;
      const simpson = node === 0 || node === nodes ? 1 : 2 + 2 * (node % 2);
      if (j + 1 === free) visit(weight * simpson);
      else walk(j + 1, weight * simpson);
    }
  }

  walk(0, 1);
  return sums.map((sum) => sum / total);
}
