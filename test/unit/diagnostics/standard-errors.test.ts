import { describe, expect, test } from "vitest";
import { waldInterval } from "../../../diagnostics/component-estimates.ts";
import {
  type StandardErrorOptions,
  type StandardErrors,
  standardErrors,
} from "../../../diagnostics/standard-errors.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../../src/core/mixture.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { cholesky, solveCholesky } from "../../../src/math/cholesky.ts";
import { copy, type Matrix, matrix, rowsOf } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { CONJUGATE, CONSTANT, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { plainEm } from "../../helpers/plain-em.ts";
import { designRows, tinyTarget } from "../../helpers/tiny-targets.ts";

const BASELINE = { ...SOFTMAX, baseline: "last" } as const;

/** Two lines far apart, with a gate that follows x. */
function truth(gate: "softmax" | "constant"): Pick<State, "theta" | "gamma"> {
  const q = gate === "softmax" ? 2 : 1;
  const gamma = matrix(2, q);
  gamma.data.set(q === 2 ? [0.4, 0.8] : [0.4]);
  return { theta: matrix(2, 3, Float64Array.of(3, 1, 0.7, -3, -0.5, 1)), gamma };
}

function simulated(
  rows: number,
  gate: typeof SOFTMAX | typeof BASELINE | typeof CONSTANT,
  seed = 1,
) {
  const target = tinyTarget({ experts: CONJUGATE, gate, components: 2, rows });
  const start = { ...truth(gate.kind), z: new Int32Array(rows) };
  target.simulate(createRng(seed, 3), start);
  return { target, state: plainEm(target, start) };
}

function errorsOf(target: Target, state: State, options?: StandardErrorOptions): StandardErrors {
  const errors = standardErrors(target, state, options);
  if ("reason" in errors) throw new Error(errors.message);
  return errors;
}

const asIs = (state: State, theta: Matrix, gamma: Matrix): void => {
  theta.data.set(state.theta.data);
  gamma.data.set(state.gamma.data);
};

function inverse(a: Float64Array, p: number): Float64Array {
  const L = a.slice();
  expect(cholesky(L, p)).toBe(true);
  const out = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    out[j * (p + 1)] = 1;
    solveCholesky(L, p, out.subarray(j * p, (j + 1) * p));
  }
  return out;
}

/** Minus second differences of the log-likelihood in natural parameters, extrapolated once. */
function numericInformation(target: Target, state: State): Float64Array {
  const moved = { ...state, theta: copy(state.theta), gamma: copy(state.gamma) };
  const scratch = mixtureScratch(target);
  const cells: [Float64Array, number][] = [
    ...Array.from(moved.theta.data, (_, j): [Float64Array, number] => [moved.theta.data, j]),
    ...Array.from(moved.gamma.data, (_, j): [Float64Array, number] => [moved.gamma.data, j]),
  ].slice(0, -moved.gamma.columns);
  const move = (j: number, by: number): void => {
    const [numbers, at] = cells[j]!;
    numbers[at] = numbers[at]! + by;
  };
  const valueAt = (j: number, l: number, a: number, b: number): number => {
    move(j, a);
    move(l, b);
    const value = sumOutAllocation(logJoint(target, moved, scratch), scratch);
    moved.theta.data.set(state.theta.data);
    moved.gamma.data.set(state.gamma.data);
    return value;
  };
  const second = (j: number, l: number, h: number): number =>
    (valueAt(j, l, h, h) - valueAt(j, l, h, -h) - valueAt(j, l, -h, h) + valueAt(j, l, -h, -h)) /
    (4 * h * h);
  const p = cells.length;
  return Float64Array.from({ length: p * p }, (_, at) => {
    const [j, l] = [Math.floor(at / p), at % p];
    return -(4 * second(j, l, 2e-3) - second(j, l, 4e-3)) / 3;
  });
}

describe.each([
  ["a symmetric gate", SOFTMAX],
  ["a gate with a baseline", BASELINE],
  ["constant weights", CONSTANT],
])("%s", (_, gate) => {
  const { target, state } = simulated(80, gate);
  const { covariance, names, components } = errorsOf(target, state, { report: asIs });

  test("the covariance is the inverse of numeric second derivatives of the log-likelihood", () => {
    const q = target.gate.dimension;
    const expected = inverse(numericInformation(target, state), 6 + q);
    // Weight, theta and gate row of the first component, then those of the second.
    const places = [1, 2, 3, 5 + q, 6 + q, 7 + q, 4, 5].slice(0, 6 + q);
    for (let j = 0; j < places.length; j++) {
      for (let l = 0; l < places.length; l++) {
        const found = covariance.data[places[j]! * names.length + places[l]!]!;
        const spread = Math.sqrt(
          expected[j * (places.length + 1)]! * expected[l * (places.length + 1)]!,
        );
        expect(Math.abs(found - expected[j * places.length + l]!)).toBeLessThan(1e-5 * spread);
      }
    }
  });

  test("centred gate rows of two components have half the error of their difference", () => {
    const centred = errorsOf(target, state).components;
    for (const term of target.gate.terms) {
      const difference = components[0]!.gateAgainstLast[term]!.se;
      if (target.gate.fixedRows === 1)
        expect(centred[0]!.gate[term]!.se).toBeCloseTo(difference, 10);
      else expect(centred[1]!.gate[term]!.se).toBeCloseTo(difference / 2, 8);
      expect(components[1]!.gateAgainstLast[term]).toEqual({ estimate: 0, se: 0 });
    }
  });

  test("the two weights sum to 1 and have the same error", () => {
    const [a, b] = components.map(({ weight }) => weight);
    expect(a!.estimate + b!.estimate).toBeCloseTo(1, 12);
    expect(a!.se).toBeCloseTo(b!.se, 10);
    expect(a!.se).toBeGreaterThan(0);
  });
});

test("the weight of a constant gate has the error of the log odds times w (1 - w)", () => {
  const { target, state } = simulated(80, CONSTANT);
  const [{ weight, gateAgainstLast }] = errorsOf(target, state).components as [
    StandardErrors["components"][number],
  ];
  const w = weight.estimate;
  expect(weight.se).toBeCloseTo(w * (1 - w) * gateAgainstLast["(Intercept)"]!.se, 8);
});

test("relabelling changes the order alone, and a translation of the gate changes nothing", () => {
  const { target, state } = simulated(80, SOFTMAX);
  const plain = errorsOf(target, state).components;
  const swap = {
    theta: rowsOf(state.theta, [1, 0]),
    gamma: rowsOf(state.gamma, [1, 0]),
    z: state.z,
  };
  const moved = { ...state, gamma: copy(state.gamma) };
  for (let j = 0; j < 4; j++) moved.gamma.data[j] = moved.gamma.data[j]! + (j % 2 === 0 ? 2 : -1);
  const swapped = errorsOf(target, swap).components;
  for (const [others, order] of [
    [swapped, [1, 0]],
    [errorsOf(target, moved).components, [0, 1]],
  ] as const) {
    order.forEach((from, k) => {
      const [a, b] = [plain[from]!, others[k]!];
      expect(b.weight.se).toBeCloseTo(a.weight.se, 7);
      for (const part of ["coefficients", "others", "gate"] as const) {
        for (const [term, { estimate, se }] of Object.entries(a[part])) {
          expect(b[part][term]!.estimate).toBeCloseTo(estimate, 9);
          expect(b[part][term]!.se / se).toBeCloseTo(1, 5);
        }
      }
    });
  }
});

describe("one component", () => {
  const rows = 10;
  const X = designRows(rows);
  const start = (target: Target): State => plainEm(target, target.samplePrior(createRng(2, 2)));
  const weighted = (weights: ArrayLike<number>): Float64Array => {
    const out = new Float64Array(4);
    X.forEach((x, i) => {
      for (let a = 0; a < 4; a++) out[a] = out[a]! + weights[i]! * x[a >> 1]! * x[a & 1]!;
    });
    return out;
  };
  const coefficients = ({ covariance: { data, columns } }: StandardErrors) =>
    [1, 2].flatMap((a) => [1, 2].map((b) => data[a * columns + b]!));

  test("has the errors of least squares with the variance of maximum likelihood", () => {
    const target = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 1, rows });
    const state = start(target);
    const errors = errorsOf(target, state);
    const sd = state.theta.data[2]!;
    const expected = inverse(weighted(new Float64Array(rows).fill(1 / sd ** 2)), 2);
    coefficients(errors).forEach((c, at) => {
      expect(c).toBeCloseTo(expected[at]!, 7);
    });
    expect(errors.components[0]!.others["sd"]!.se).toBeCloseTo(sd / Math.sqrt(2 * rows), 7);
    expect(errors.components[0]!.weight).toEqual({ estimate: 1, se: 0 });
  });

  test("has White's errors in the sandwich", () => {
    const target = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 1, rows });
    const state = start(target);
    const [a, b] = state.theta.data;
    const bread = inverse(weighted(new Float64Array(rows).fill(1)), 2);
    const meat = weighted(X.map(([, x], i) => (target.expert.y[i]! - a! - b! * x) ** 2));
    const product = (l: Float64Array, r: Float64Array) =>
      Float64Array.from([0, 1, 2, 3], (at) => {
        const [i, j] = [at >> 1, at & 1];
        return l[2 * i]! * r[j]! + l[2 * i + 1]! * r[2 + j]!;
      });
    const expected = product(product(bread, meat), bread);
    const found = coefficients(errorsOf(target, state, { kind: "sandwich" }));
    found.forEach((c, at) => {
      expect(c).toBeCloseTo(expected[at]!, 7);
    });
  });
});

describe("no errors but a reason", () => {
  const { target, state } = simulated(80, SOFTMAX);

  test("away from the maximum", () => {
    const theta = copy(state.theta);
    theta.data[0] = theta.data[0]! + 0.2;
    expect(standardErrors(target, { ...state, theta })).toMatchObject({ reason: "not-a-maximum" });
  });

  test("where two components are equal", () => {
    const theta = rowsOf(state.theta, [0, 0]);
    const found = standardErrors(target, { ...state, theta });
    expect(found).toMatchObject({ reason: "not-positive-definite" });
    expect(found).not.toHaveProperty("covariance");
  });

  test("where a parameter is not a number", () => {
    const theta = copy(state.theta);
    theta.data[1] = Number.NaN;
    expect(standardErrors(target, { ...state, theta })).toMatchObject({ reason: "not-finite" });
  });
});

test("Wald intervals are symmetric in the logs of positive numbers and the log odds of weights", () => {
  const z = 1.959963984540054;
  expect(waldInterval({ estimate: 2, se: 0.5 }, "real")).toEqual([2 - z / 2, 2 + z / 2]);
  const [low, high] = waldInterval({ estimate: 2, se: 0.5 }, "positive");
  expect(low * high).toBeCloseTo(4, 12);
  expect(Math.log(high / 2)).toBeCloseTo(z / 4, 12);
  const [a, b] = waldInterval({ estimate: 0.5, se: 0.1 }, "unit");
  expect(a + b).toBeCloseTo(1, 12);
  expect(Math.log(b / a)).toBeCloseTo(0.4 * z, 10);
});
