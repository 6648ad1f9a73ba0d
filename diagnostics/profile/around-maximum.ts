import { marginalGradient } from "../../src/core/marginal-gradient.ts";
import type { State, Target } from "../../src/core/target.ts";
import { copy, matrix, type Vector } from "../../src/math/matrix.ts";
import { type FreeCoordinates, freeCoordinates } from "../free-coordinates.ts";
import { dot, informationSolver, type NoErrorsReason, type Solve } from "../information-solver.ts";
import { informationAt } from "../observed-information.ts";

/** Twice the log-likelihood that is left to be gained. */
const DECREMENT = 1e-12;
const MOST_STEPS = 10;

/** The log-likelihood, allocations summed out, around its maximum, in free coordinates. */
export interface AroundMaximum {
  readonly free: FreeCoordinates;
  /** Log-likelihood at `free.point`. */
  readonly height: number;
  /** The inverse of the observed information there. */
  readonly solve: Solve;
  /** 1 / √ of the diagonal of the information: what a coordinate's steps are measured by. */
  readonly scale: Vector;
  /** How far each coordinate may be moved for differences. */
  readonly steps: Vector;
  /** Writes the gradient at a point and returns the log-likelihood. */
  readonly gradient: (point: Vector, out: Vector) => number;
}

/** Newton's method from an estimate to the maximum beside it, or why there is none. */
export function aroundMaximum(target: Target, state: State): AroundMaximum | NoErrorsReason {
  let free = freeCoordinates(target, state);
  for (let step = 0; ; step++) {
    const information = informationAt(target, state, free, 0);
    const solve = informationSolver(information);
    if (typeof solve === "string") return solve;
    const newton = information.gradient.slice();
    solve(newton);
    if (dot(newton, information.gradient) < DECREMENT) {
      const { observed, steps } = information;
      const scale = newton.map((_, j) => 1 / Math.sqrt(observed.data[j * (newton.length + 1)]!));
      const gradient = gradientOf(target, free);
      const height = gradient(free.point, newton);
      return { free, height, solve, scale, steps, gradient };
    }
    if (step === MOST_STEPS) return "not-a-maximum";
    const { theta, gamma, ...rest } = free.stateAt(newton.map((by, j) => free.point[j]! + by));
    free = freeCoordinates(target, { ...rest, theta: copy(theta), gamma: copy(gamma) });
  }
}

function gradientOf(target: Target, free: FreeCoordinates) {
  const gradient = marginalGradient(target, 0);
  const { theta, gamma } = free.stateAt(free.point);
  const outTheta = matrix(theta.rows, theta.columns);
  const outGamma = matrix(gamma.rows, gamma.columns);
  const outShare = new Float64Array(1);
  return (point: Vector, out: Vector): number => {
    const value = gradient(free.stateAt(point), outTheta, outGamma, outShare);
    free.gather(outTheta, outGamma, out, outShare[0]!);
    return value;
  };
}
