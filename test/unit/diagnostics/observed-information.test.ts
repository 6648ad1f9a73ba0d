import { describe, expect, test } from "vitest";
import { type FreeCoordinates, freeCoordinates } from "../../../diagnostics/free-coordinates.ts";
import { informationAt } from "../../../diagnostics/observed-information.ts";
import { marginalScores } from "../../../src/core/marginal-gradient.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../../src/core/mixture.ts";
import type { ExpertPriorDeclaration, GateDeclaration } from "../../../src/core/model.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { CONJUGATE, CONSTANT, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { plainEm } from "../../helpers/plain-em.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

const COUNTS: ExpertPriorDeclaration = {
  kind: "coefficients",
  coefficients: { kind: "normal", mean: 0, sd: 2 },
};

interface Family {
  readonly family: string;
  readonly experts: ExpertPriorDeclaration;
  readonly theta: readonly number[];
}

const GAUSSIAN: Family = {
  family: "gaussian",
  experts: CONJUGATE,
  theta: [2, 1, 0.7, -1, -0.5, 1],
};
const POISSON: Family = { family: "poisson", experts: COUNTS, theta: [2.2, 0.4, 0.3, -0.5] };

function simulated({ family, experts, theta }: Family, gate: GateDeclaration, rows: number) {
  const target = tinyTarget({ family, experts, gate, components: 2, rows });
  const gamma = matrix(2, target.gate.dimension);
  gamma.data.set([0.4, 0.8].slice(0, gamma.columns));
  const state: State = {
    theta: matrix(2, target.expert.dimension, Float64Array.from(theta)),
    gamma,
    z: new Int32Array(rows),
  };
  target.simulate(createRng(3, 4), state);
  return { target, state };
}

/** Minus second differences of the log-likelihood itself in free coordinates, extrapolated once. */
function numericInformation(target: Target, free: FreeCoordinates, steps: Float64Array) {
  const scratch = mixtureScratch(target);
  const p = free.size;
  const valueAt = (j: number, l: number, a: number, b: number): number => {
    const point = free.point.slice();
    point[j] = point[j]! + a * steps[j]!;
    point[l] = point[l]! + b * steps[l]!;
    return sumOutAllocation(logJoint(target, free.stateAt(point), scratch), scratch);
  };
  const second = (j: number, l: number, h: number): number =>
    (valueAt(j, l, h, h) - valueAt(j, l, h, -h) - valueAt(j, l, -h, h) + valueAt(j, l, -h, -h)) /
    (4 * h * h * steps[j]! * steps[l]!);
  return Float64Array.from({ length: p * p }, (_, at) => {
    const [j, l] = [Math.floor(at / p), at % p];
    return -(4 * second(j, l, 0.02) - second(j, l, 0.04)) / 3;
  });
}

describe.each([
  ["Gaussian experts", GAUSSIAN],
  ["Poisson experts", POISSON],
])("%s", (_, family) => {
  test.each([
    ["a softmax gate", SOFTMAX],
    ["constant weights", CONSTANT],
  ])(
    "with %s: the information is minus the second differences of the log-likelihood",
    (__, gate) => {
      const { target, state } = simulated(family, gate, 80);
      const maximum = plainEm(target, state);
      const free = freeCoordinates(target, maximum);
      const { observed } = informationAt(target, maximum, free, 0);
      const p = free.size;
      const spread = free.point.map((___, j) => 1 / Math.sqrt(observed.data[j * (p + 1)]!));
      const expected = numericInformation(target, free, spread);
      for (let at = 0; at < p * p; at++) {
        // In units of the errors: rounding is 1e-16 · |log-likelihood| / 0.02² and the extrapolated rest 0.04⁴.
        const unit = spread[Math.floor(at / p)]! * spread[at % p]!;
        expect(Math.abs(observed.data[at]! - expected[at]!) * unit).toBeLessThan(1e-5);
      }
    },
  );
});

test("products of scores of many rows, a part at a time, are those of all rows at once", () => {
  const rows = 150_000;
  const { target, state } = simulated(POISSON, CONSTANT, rows);
  const free = freeCoordinates(target, state);
  expect(free.size * rows).toBeGreaterThan(2 ** 19);
  const all = new Float64Array(free.size * rows);
  marginalScores(target)(state, (part, k, factor, weight) => {
    const column = part === "theta" ? 2 * k : 4;
    if (part === "gamma" && k > 0) return;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < factor.columns; j++) {
        all[i * free.size + column + j] = weight[i]! * factor.data[i * factor.columns + j]!;
      }
    }
  });
  const { scoreProducts } = informationAt(target, state, free, 0);
  for (let a = 0; a < free.size; a++) {
    for (let b = 0; b < free.size; b++) {
      let [sum, size] = [0, 0];
      for (let i = 0; i < rows; i++) {
        const product = all[i * free.size + a]! * all[i * free.size + b]!;
        sum += product;
        size += Math.abs(product);
      }
      // Rounding of a sum of this many numbers, in either order.
      const found = scoreProducts.data[a * free.size + b]!;
      expect(Math.abs(found - sum)).toBeLessThan(rows * Number.EPSILON * size);
    }
  }
});
