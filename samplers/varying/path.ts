import type { VaryingProblem } from "../../src/core/varying.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { climber } from "./climb.ts";
import { rowBlocks } from "./row-blocks.ts";
import { CHUNK, sumOf } from "./runs.ts";
import { starter } from "./start.ts";

/** Parameters at each grid point (grid × dimension), and responsibilities of the rows (row i at i · K). */
export interface Path {
  readonly theta: Matrix;
  readonly responsibility: Vector;
  /** Σ log f(y_i) by the model at the grid point nearest to row i. */
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface PathSettings {
  readonly grid: Vector;
  readonly bandwidth: number;
  readonly iterations: number;
  /** Largest change of a responsibility; of a parameter, its root. */
  readonly tolerance: number;
}

/** An M step is one step of a climb; the next iteration goes on from there. */
const M_STEP = { steps: 1, tolerance: 1e-12 };
const LEAST = 1e-12;

/**
 * Label-consistent EM: all grid points share one matrix of responsibilities. Each maximizes its local likelihood given
 * them; each row takes new ones from the grid point nearest to it. What a component is, is thus the same all along the
 * index. Its fixed point is not the maximum of the local likelihoods. Source: [zhao2026].
 */
export function labelConsistentPath(
  problem: VaryingProblem,
  from: Vector,
  settings: PathSettings,
  start?: Matrix,
): Path {
  const { grid, bandwidth } = settings;
  return followPath(pathSteps(problem, grid, bandwidth), from, settings, start);
}

/** The same by steps that several paths share. */
export function followPath(
  steps: PathSteps,
  from: Vector,
  { iterations, tolerance }: Pick<PathSettings, "iterations" | "tolerance">,
  start?: Matrix,
): Path {
  const responsibility = from.slice();
  const theta = start ?? steps.first(responsibility);
  let [logLikelihood, converged, iteration] = [Number.NaN, false, 0];
  while (iteration < iterations && !converged) {
    iteration++;
    const moved = steps.maximize(theta, responsibility);
    const { changed, logLikelihood: reached } = steps.expect(theta, responsibility);
    logLikelihood = reached;
    converged = changed <= tolerance && moved <= Math.sqrt(tolerance);
  }
  return { theta, responsibility, logLikelihood, iterations: iteration, converged };
}

export type PathSteps = ReturnType<typeof pathSteps>;

/** The two halves of an iteration, and what the first one starts from. */
export function pathSteps(problem: VaryingProblem, grid: Vector, bandwidth: number) {
  const { climb, likelihood } = climber(problem);
  const { layout, place } = likelihood;
  const K = problem.components;
  const blocks = rowBlocks(problem, layout);
  const { value, responsibility: shares } = blocks.columns;
  const begin = starter(problem, layout);
  const nearest = nearestRows(problem.u, grid);
  const before = new Float64Array(layout.dimension);

  return {
    first(responsibility: Vector): Matrix {
      const theta = matrix(grid.length, layout.dimension);
      grid.forEach((at, g) => {
        begin(at, bandwidth, responsibility, row(theta, g));
      });
      return theta;
    },

    /** The largest change of a parameter. */
    maximize(theta: Matrix, responsibility: Vector): number {
      let moved = 0;
      for (let g = 0; g < grid.length; g++) {
        const at = row(theta, g);
        before.set(at);
        place(grid[g]!, bandwidth);
        climb(at, M_STEP, responsibility);
        moved = Math.max(moved, largestGap(at, before));
      }
      return moved;
    },

    /** Responsibilities anew: the largest change of one. */
    expect(theta: Matrix, responsibility: Vector): { changed: number; logLikelihood: number } {
      let [changed, logLikelihood] = [0, 0];
      for (let g = 0; g < grid.length; g++) {
        const end = nearest[g + 1]!;
        for (let start = nearest[g]!; start < end; start += CHUNK) {
          const count = Math.min(CHUNK, end - start);
          blocks.predict(grid[g]!, bandwidth, row(theta, g), start, count);
          blocks.complete(start, count);
          logLikelihood += sumOf(value, count);
          for (let k = 0; k < K; k++) {
            const change = replaceShares(shares[k]!, count, responsibility, start * K + k, K);
            changed = Math.max(changed, change);
          }
        }
      }
      return { changed, logLikelihood };
    },
  };
}

function largestGap(a: Vector, b: Vector): number {
  let largest = 0;
  for (let j = 0; j < a.length; j++) largest = Math.max(largest, Math.abs(a[j]! - b[j]!));
  return largest;
}

/** Writes shares to every `stride`-th place from `from` on, and returns the largest change. */
function replaceShares(
  shares: Vector,
  count: number,
  out: Vector,
  from: number,
  stride: number,
): number {
  let changed = 0;
  for (let m = 0, at = from; m < count; m++, at += stride) {
    const r = Math.max(shares[m]!, LEAST);
    const change = Math.abs(r - out[at]!);
    if (change > changed) changed = change;
    out[at] = r;
  }
  return changed;
}

/** The same lines with slopes a bandwidth `scale` times as wide. */
export function scaledSlopes(
  theta: Vector,
  { kind, first, values, slopes }: ReturnType<typeof climber>["likelihood"]["layout"],
  scale: number,
): Vector {
  const out = theta.slice();
  kind.forEach((of, p) => {
    const from = first[p]! + values[of];
    for (let j = 0; j < slopes[of]; j++) {
      out[from + j] = out[from + j]! * scale ** (1 + Math.floor(j / values[of]));
    }
  });
  return out;
}

/** Rows nearest[g] … nearest[g + 1] − 1 are nearer to grid point g than to any other; halves go to the lower one. */
export function nearestRows(u: Vector, grid: Vector): Int32Array {
  const bounds = new Int32Array(grid.length + 1);
  let i = 0;
  for (let g = 0; g < grid.length - 1; g++) {
    const middle = (grid[g]! + grid[g + 1]!) / 2;
    while (i < u.length && u[i]! <= middle) i++;
    bounds[g + 1] = i;
  }
  bounds[grid.length] = u.length;
  return bounds;
}
