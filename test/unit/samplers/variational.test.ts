import { describe, expect, test } from "vitest";
import { variationalBound } from "../../../samplers/variational.ts";
import { contrasts, coordinatesOf } from "../../../samplers/variational-coordinates.ts";
import { permutations } from "../../../samplers/variational-labels.ts";
import { SamplerError } from "../../../src/core/errors.ts";
import { logSumExp } from "../../../src/math/log-sum-exp.ts";
import { row } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { conjugateFit, logisticGate } from "../../helpers/enumeration.ts";
import { CONJUGATE, GATE_SD, INDEPENDENT, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { designRows, tinyResponse, tinyTarget } from "../../helpers/tiny-targets.ts";

const ONE = { experts: CONJUGATE, gate: SOFTMAX, components: 1 };

/** Closed form: with one component the gate's prior integrates to one. */
function evidenceOfOne(n: number): number {
  const regression = { X: designRows(n), y: [...tinyResponse(n)] };
  return conjugateFit(regression, () => true, CONJUGATE).logMarginal;
}

describe("one component, whose evidence is known", () => {
  test.each([
    [3, 1],
    [10, 0.2],
    [200, 0.02],
  ])("%d rows: below the evidence, by at most %d", (rows, most) => {
    const target = tinyTarget({ ...ONE, rows });
    const fit = variationalBound(createRng(1, rows), target, { restarts: 2, steps: 800 });
    const exact = evidenceOfOne(rows);
    expect(fit.bound).toBeLessThan(exact + 4 * fit.se);
    expect(fit.bound).toBeGreaterThan(exact - most);
    expect(fit.boundWithLabels).toBeCloseTo(fit.bound, 12);
  });
});

const ROWS = 60;

describe("two experts far apart, drawn by turns", () => {
  const members = (k: number) => (i: number) => (i % 3 === 0) === (k === 0);
  const noise = tinyResponse(ROWS).map((value, i) => 0.3 * value * (i % 4 < 2 ? 1 : -1));
  const y = Float64Array.from(
    designRows(ROWS),
    ([, x], i) => noise[i]! + (members(0)(i) ? 30 + x : -30 - x),
  );
  const prior = { ...CONJUGATE, scale: 1000 };
  const target = tinyTarget({ experts: prior, gate: SOFTMAX, components: 2, rows: ROWS }, y);
  const fit = variationalBound(createRng(2), target, { restarts: 3 });

  // Any other allocation has a density smaller by a factor far below rounding, so the sum over them
  // has two equal terms.
  const regression = { X: designRows(ROWS), y: [...y] };
  const z = [...y].map((_, i) => (members(0)(i) ? 0 : 1));
  const gate =
    logisticGate(designRows(ROWS), Math.SQRT2 * GATE_SD)(z).logEvidence -
    logisticGate([], 1)([]).logEvidence;
  const experts = [0, 1].map((k) => conjugateFit(regression, members(k), prior).logMarginal);
  const exact = Math.log(2) + gate + experts[0]! + experts[1]!;

  test("with log 2 the bound comes within a third of a nat of the evidence, and stays below", () => {
    expect(fit.boundWithLabels - fit.bound).toBeCloseTo(Math.log(2), 12);
    expect(fit.boundWithLabels).toBeLessThan(exact + 4 * fit.se);
    expect(fit.boundWithLabels).toBeGreaterThan(exact - 0.33);
  });

  test("the mixture of both copies gains log 2 itself, as they do not overlap", () => {
    const { bound, se } = fit.mixtureBound!;
    expect(Math.abs(bound - fit.boundWithLabels)).toBeLessThan(4 * Math.hypot(se, fit.se));
  });

  test("the approximation sits at the experts", () => {
    const state = coordinatesOf(target, 2).toState(fit.mean);
    const intercepts = [row(state.theta, 0)[0]!, row(state.theta, 1)[0]!].sort((a, b) => a - b);
    expect(intercepts[0]).toBeCloseTo(-30, 0);
    expect(intercepts[1]).toBeCloseTo(30, 0);
  });

  test("the bound does not fall on the way, but for noise", () => {
    expect(fit.trace.at(-1)!).toBeGreaterThan(fit.trace[0]! - 0.1);
  });
});

test("coordinates and states are one to one, with gradients that belong to the density", () => {
  for (const baseline of ["none", "last"] as const) {
    const target = tinyTarget({
      experts: INDEPENDENT,
      gate: { ...SOFTMAX, baseline },
      components: 3,
      rows: 10,
    });
    const coordinates = coordinatesOf(target, 3);
    const point = Float64Array.from(
      { length: coordinates.dimension },
      (_, j) => Math.sin(3 * j) / 2,
    );
    const again = new Float64Array(point.length);
    coordinates.fromState(coordinates.toState(point), again);
    const gradient = new Float64Array(point.length);
    const other = new Float64Array(point.length);
    coordinates.logDensity(point, gradient);
    point.forEach((value, j) => {
      expect(again[j]).toBeCloseTo(value, 12);
      const at = (step: number) => {
        const moved = point.slice();
        moved[j] = value + step;
        return coordinates.logDensity(moved, other);
      };
      expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(gradient[j]!, 5);
    });
  }
});

describe("two experts that a few rows cannot tell apart", () => {
  const model = { experts: CONJUGATE, gate: SOFTMAX, rows: 8 };
  const regression = { X: designRows(8), y: [...tinyResponse(8)] };
  const gate = logisticGate(designRows(8), Math.SQRT2 * GATE_SD);
  const terms = Array.from({ length: 2 ** 8 }, (_, mask) => {
    const isIn = (k: number) => (i: number) => ((mask >> i) & 1) === k;
    const experts = [0, 1].map((k) => conjugateFit(regression, isIn(k), CONJUGATE).logMarginal);
    return (
      gate(regression.y.map((__, i) => (mask >> i) & 1)).logEvidence + experts[0]! + experts[1]!
    );
  });
  const exact = logSumExp(Float64Array.from(terms)) - logisticGate([], 1)([]).logEvidence;
  const fit = variationalBound(createRng(4), tinyTarget({ ...model, components: 2 }), {
    steps: 800,
  });

  test("both bounds stay below the evidence, that of the mixture of copies above the other", () => {
    const { bound, se } = fit.mixtureBound!;
    expect(fit.bound).toBeLessThan(exact + 4 * fit.se);
    expect(bound).toBeLessThan(exact + 4 * se);
    expect(bound).toBeGreaterThan(fit.bound - 4 * Math.hypot(se, fit.se));
    expect(bound).toBeGreaterThan(exact - 1.5);
  });

  test("log K! is more than the copies are worth where they overlap: three experts for three rows", () => {
    const target = tinyTarget({ ...model, rows: 3, components: 3 });
    const few = variationalBound(createRng(6), target, { restarts: 2, steps: 800 });
    const { bound, se } = few.mixtureBound!;
    expect(few.boundWithLabels - few.bound).toBeCloseTo(Math.log(6), 12);
    expect(bound).toBeLessThan(few.boundWithLabels - 4 * se);
  });

  test("a component whose gate row is zero does not swap", () => {
    const gate = { ...SOFTMAX, baseline: "last" as const };
    const held = variationalBound(createRng(5), tinyTarget({ ...model, gate, components: 2 }), {
      restarts: 1,
      steps: 300,
    });
    expect(held.boundWithLabels).toBe(held.bound);
  });
});

test("there are K! orders, all different", () => {
  const orders = permutations(5).map((order) => order.join(""));
  expect(new Set(orders).size).toBe(120);
  for (const order of orders) expect([...order].sort().join("")).toBe("01234");
});

test("contrasts are orthonormal, the first of them the mean", () => {
  const H = contrasts(4);
  for (let a = 0; a < 4; a++) {
    expect(row(H, 0)[a]).toBeCloseTo(0.5, 14);
    for (let b = 0; b < 4; b++) {
      const product = row(H, a).reduce((sum, value, j) => sum + value * row(H, b)[j]!, 0);
      expect(product).toBeCloseTo(a === b ? 1 : 0, 14);
    }
  }
});

test("refuses priors that leave part of the line without density", () => {
  const uniform = { ...INDEPENDENT, coefficients: { kind: "uniform", lower: -3, upper: 3 } };
  const target = tinyTarget({ experts: uniform, gate: SOFTMAX, components: 1, rows: 10 });
  expect(() => variationalBound(createRng(3), target)).toThrow(SamplerError);
});

test("refuses a mixture that deviates from a known density", () => {
  const target = { ...tinyTarget({ ...ONE, rows: 3 }), deviation: {} as never };
  expect(() => variationalBound(createRng(3), target)).toThrow(/deviates from a known density/);
});
