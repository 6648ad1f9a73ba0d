import { expect, test } from "vitest";
import { minimize, type Smooth, workspace } from "../../../src/math/minimize.ts";

const quadratic: Smooth = ([a, b], gradient, hessian) => {
  gradient.set([4 * (a! - 1) + (b! + 2), a! - 1 + 3 * (b! + 2)]);
  hessian.set([4, 1, 1, 3]);
  return 2 * (a! - 1) ** 2 + (a! - 1) * (b! + 2) + 1.5 * (b! + 2) ** 2;
};

const rosenbrock: Smooth = ([a, b], gradient, hessian) => {
  const u = b! - a! * a!;
  gradient.set([-400 * a! * u - 2 * (1 - a!), 200 * u]);
  hessian.set([1200 * a! * a! - 400 * b! + 2, -400 * a!, -400 * a!, 200]);
  return 100 * u * u + (1 - a!) ** 2;
};

/** Steep on one side: a full Newton step from afar overshoots to Infinity. */
const softplus: Smooth = ([a], gradient, hessian) => {
  const e = Math.exp(a!);
  gradient[0] = e - 3;
  hessian[0] = e;
  return e - 3 * a!;
};

test("a quadratic takes one step, and the factor of its Hessian is left behind", () => {
  const x = Float64Array.of(30, 40);
  const work = workspace(2);
  expect(minimize(quadratic, x, work)).toMatchObject({ steps: 1, converged: true });
  expect(x[0]).toBeCloseTo(1, 12);
  expect(x[1]).toBeCloseTo(-2, 12);
  expect(work.factor[0]).toBe(2);
  expect(work.factor[2]).toBe(0.5);
  expect(work.factor[3]).toBeCloseTo(Math.sqrt(2.75), 15);
});

test("finds the end of Rosenbrock's valley, through where the Hessian is indefinite", () => {
  for (const start of [
    [-1.2, 1],
    [0, 1],
    [3, -4],
  ]) {
    const x = Float64Array.from(start);
    expect(minimize(rosenbrock, x, workspace(2)).converged).toBe(true);
    expect(x[0]).toBeCloseTo(1, 5);
    expect(x[1]).toBeCloseTo(1, 5);
  }
});

test("backtracks from steps that overshoot", () => {
  for (const start of [-8, 0, 20]) {
    const x = Float64Array.of(start);
    expect(minimize(softplus, x, workspace(1), 1e-14).converged).toBe(true);
    expect(x[0]).toBeCloseTo(Math.log(3), 5);
  }
});

test("a function that is NaN, or has no minimum, does not converge and ends", () => {
  const nan: Smooth = () => Number.NaN;
  expect(minimize(nan, new Float64Array(1), workspace(1)).converged).toBe(false);
  const line: Smooth = (x, gradient, hessian) => {
    gradient[0] = 1;
    hessian[0] = 0;
    return x[0]!;
  };
  expect(minimize(line, new Float64Array(1), workspace(1)).converged).toBe(false);
});
