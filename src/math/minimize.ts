import { cholesky, solveCholesky } from "./cholesky.ts";
import type { Vector } from "./matrix.ts";

/** A smooth function: returns its value at x and fills its gradient (d) and Hessian (d × d, row-major). */
export type Smooth = (x: Vector, gradient: Vector, hessian: Vector) => number;

/** Scratch of `minimize` for d variables; `factor` is a result too. */
export interface Workspace {
  readonly gradient: Vector;
  readonly hessian: Vector;
  /** After convergence L with L L' = Hessian at the minimum, in the lower triangle. */
  readonly factor: Vector;
  readonly step: Vector;
  readonly trial: Vector;
}

export interface Minimum {
  readonly value: number;
  readonly steps: number;
  readonly converged: boolean;
}

const SUFFICIENT_DECREASE = 1e-4;
const LEAST_FRACTION = 2 ** -40;
/** A rise of the value by this fraction is rounding. */
const ROUNDING = 1e-14;

export function workspace(d: number): Workspace {
  const vector = () => new Float64Array(d);
  const square = () => new Float64Array(d * d);
  return {
    gradient: vector(),
    hessian: square(),
    factor: square(),
    step: vector(),
    trial: vector(),
  };
}

/**
 * Moves x to a local minimum of f by Newton steps with backtracking, and a ridge where the Hessian is
 * not positive definite. Converged when half the squared Newton decrement, the decrease that is
 * left to gain, is at most `tolerance`. Deterministic. Not converged if f is NaN at x or after `maxSteps`.
 * Source: [boyd2004] §9.5.
 */
export function minimize(
  f: Smooth,
  x: Vector,
  work: Workspace,
  tolerance = 1e-10,
  maxSteps = 100,
): Minimum {
  let value = f(x, work.gradient, work.hessian);
  for (let steps = 0; steps < maxSteps && Number.isFinite(value); steps++) {
    const decrease = newtonStep(work, x.length);
    if (decrease <= tolerance) return { value, steps, converged: true };
    const next = search(f, x, value, decrease, work);
    if (next === undefined) return { value, steps, converged: false };
    value = next;
  }
  return { value, steps: maxSteps, converged: false };
}

/** work.step ← (Hessian + ridge)⁻¹ gradient; returns half the squared decrement. */
function newtonStep({ gradient, hessian, factor, step }: Workspace, d: number): number {
  if (!factorWithRidge(hessian, 0, factor, d)) {
    let ridge = initialRidge(hessian, d);
    while (ridge < Number.POSITIVE_INFINITY && !factorWithRidge(hessian, ridge, factor, d)) {
      ridge *= 10;
    }
    // Twice what just suffices, or the matrix may be all but singular.
    factorWithRidge(hessian, 2 * ridge, factor, d);
  }
  step.set(gradient);
  solveCholesky(factor, d, step);
  let decrement = 0;
  for (let i = 0; i < d; i++) decrement += gradient[i]! * step[i]!;
  return 0.5 * decrement;
}

function factorWithRidge(hessian: Vector, ridge: number, factor: Vector, d: number): boolean {
  factor.set(hessian);
  for (let i = 0; i < d; i++) factor[i * d + i]! += ridge;
  return cholesky(factor, d);
}

function initialRidge(hessian: Vector, d: number): number {
  let largest = 0;
  for (let i = 0; i < d; i++) largest = Math.max(largest, Math.abs(hessian[i * d + i]!));
  return 1e-6 * Math.max(largest, 1e-6);
}

/** Moves x along the step, halving it until the value falls enough; undefined if it never does. */
function search(
  f: Smooth,
  x: Vector,
  value: number,
  decrease: number,
  { gradient, hessian, step, trial }: Workspace,
): number | undefined {
  const slack = ROUNDING * Math.abs(value);
  for (let fraction = 1; fraction > LEAST_FRACTION; fraction /= 2) {
    for (let i = 0; i < x.length; i++) trial[i] = x[i]! - fraction * step[i]!;
    const next = f(trial, gradient, hessian);
    if (next <= value - 2 * SUFFICIENT_DECREASE * fraction * decrease + slack) {
      x.set(trial);
      return next;
    }
  }
  return undefined;
}
