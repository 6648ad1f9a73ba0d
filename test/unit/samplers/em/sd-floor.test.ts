import { describe, expect, test } from "vitest";
import { coordinatesOf } from "../../../../samplers/em/coordinates.ts";
import { emProblem } from "../../../../samplers/em/problem.ts";
import { squarem } from "../../../../samplers/em/squarem.ts";
import { em } from "../../../../samplers/em.ts";
import type { State } from "../../../../src/core/target.ts";
import { row } from "../../../../src/math/matrix.ts";
import { crossingLines, emTarget, stateAt } from "../../../helpers/em-problems.ts";

const data = crossingLines(3, 60);
const target = emTarget(data, { components: 2 });
const START = [
  [0, 2, 0.4],
  [0, -1, 0.4],
];
const sds = ({ theta }: State): number[] => [0, 1].map((k) => row(theta, k).at(-1)!);

describe("the floor of the sd", () => {
  test("holds only the experts below it, and lets EM converge", () => {
    const free = em(target, stateAt(target, START));
    const [low, high] = sds(free.state).toSorted((a, b) => a - b) as [number, number];
    const sdFloor = (low + high) / 2;
    const held = em(target, stateAt(target, START), { sdFloor });
    expect(free.atFloor).toEqual([]);
    expect(held.converged).toBe(true);
    expect(held.atFloor).toEqual([sds(free.state).indexOf(low)]);
    expect(sds(held.state)[held.atFloor[0]!]).toBe(sdFloor);
    expect(held.gradientNorm).toBeLessThan(1e-7);
    expect(held.logLikelihood).toBeLessThan(free.logLikelihood);
  });

  test("tells of a slope that wants to rise from the floor", () => {
    const sdFloor = 0.01;
    const state = stateAt(
      target,
      START.map(([a, b]) => [a!, b!, sdFloor]),
    );
    const problem = emProblem(target, 2, { sdFloor });
    expect(problem.marginalNorm(state)).toBeGreaterThan(1);
  });

  test("is the maximum among sds above it", () => {
    const free = em(target, stateAt(target, START));
    const sdFloor = 1.5 * Math.max(...sds(free.state));
    const held = em(target, stateAt(target, START), { sdFloor });
    expect(held.atFloor).toEqual([0, 1]);
    const problem = emProblem(target, 2, {});
    for (const k of [0, 1]) {
      const theta = held.state.theta.data.slice();
      theta[3 * k + 2] = sdFloor * 1.001;
      const state = { ...held.state, theta: { ...held.state.theta, data: theta } };
      expect(problem.objective(state)).toBeLessThan(held.logLikelihood);
    }
  });

  test("is never leapt below", () => {
    const sdFloor = 0.05;
    const admit = ({ theta }: State): void => {
      for (const k of [0, 1]) row(theta, k)[2] = Math.max(row(theta, k)[2]!, sdFloor);
    };
    // Each step takes the first sd down by a tenth, the next one by nine hundredths: a leap goes on.
    let factor = 0.9;
    const step = ({ theta }: State): number => {
      theta.data[2] = theta.data[2]! * factor;
      factor += 0.01;
      return -theta.data[2]!;
    };
    const leap = squarem(coordinatesOf(target, admit), step, ({ theta }) => -theta.data[2]!);
    const state = stateAt(
      target,
      START.map(([a, b]) => [a!, b!, 0.062]),
    );
    leap(state);
    expect(state.theta.data[2]).toBe(sdFloor);
  });

  test("holds under priors that tie coefficients to the sd", () => {
    const sdFloor = 0.6;
    const held = em(target, stateAt(target, START), { sdFloor, priorWeight: 1 });
    expect(Math.min(...sds(held.state))).toBeGreaterThanOrEqual(sdFloor);
  });
});
