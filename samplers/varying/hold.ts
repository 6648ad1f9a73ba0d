import type { Held, VaryingProblem } from "../../src/core/varying.ts";
import { copy, type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { holding, layoutOf } from "./layout.ts";
import { nearestRows } from "./path.ts";
import { type Profiled, profile } from "./profile.ts";

/** A fit from a start: parameters (grid × dimension), and how the climb ended. */
export interface HeldFit extends Profiled {
  readonly theta: Matrix;
}

/**
 * Climbs from parameters of the problem to the maximum with some functions held at constants, by profile likelihood; the
 * constants start at the mean of their function over the rows. With nothing held, to the maximum itself. Labels are those of
 * the start.
 */
export function fitHolding(
  problem: VaryingProblem,
  held: readonly Held[],
  grid: Vector,
  bandwidth: number,
  start: Matrix,
): HeldFit {
  const theta = copy(start);
  const under = holding(problem, held);
  flatten(under, grid, theta);
  return { ...profile(under, grid, bandwidth, theta), theta };
}

/** In place: what is held at its mean over the rows' nearest grid points, its slope at 0. */
function flatten(problem: VaryingProblem, grid: Vector, theta: Matrix): void {
  const { local, shared } = layoutOf(problem);
  const before = layoutOf(holding(problem, []));
  const wasLocal = new Set(before.local);
  const nearest = nearestRows(problem.u, grid);
  for (const position of shared) {
    if (!wasLocal.has(position)) continue;
    let mean = 0;
    for (let g = 0; g < grid.length; g++) {
      mean += ((nearest[g + 1]! - nearest[g]!) / problem.n) * row(theta, g)[position]!;
    }
    for (let g = 0; g < grid.length; g++) row(theta, g)[position] = mean;
  }
  const kept = new Set([...local, ...shared]);
  for (const position of before.local) {
    if (kept.has(position)) continue;
    for (let g = 0; g < grid.length; g++) row(theta, g)[position] = 0;
  }
}
