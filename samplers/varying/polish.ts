import type { VaryingProblem } from "../../src/core/varying.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { type Climber, type ClimbLimits, climber } from "./climb.ts";
import type { Layout } from "./layout.ts";

/** How each grid point's climb ended. */
export interface Polished {
  readonly iterations: Int32Array;
  readonly converged: boolean[];
  /** Penalised local log-likelihoods. */
  readonly objective: Vector;
}

export interface PolishOptions {
  readonly neighbours?: boolean;
  /** Of the first climb. */
  readonly limits?: ClimbLimits;
}

const LIMITS = { steps: 500, tolerance: 1e-9 };
/** Steps after which a climb from a neighbour is left where it is near the maximum already known. */
const PROBE = { steps: 1, tolerance: 1e-9 };
const NEAR = 0.1;
/** A neighbour's line must lead to more than this to be taken. */
export const BETTER = 1e-6;

/**
 * Climbs to a maximum of the penalised local likelihood at every grid point, in place; then, with `neighbours`, tries at
 * each point what its neighbours' lines lead to, up and down the grid, and takes what is higher. Labels are those of the start.
 */
export function polish(
  problem: VaryingProblem,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
  { neighbours = true, limits = LIMITS }: PolishOptions = {},
): Polished {
  const climb = climber(problem);
  const G = grid.length;
  const ended: Polished = {
    iterations: new Int32Array(G),
    converged: new Array<boolean>(G).fill(false),
    objective: new Float64Array(G),
  };
  for (let g = 0; g < G; g++) {
    climb.likelihood.place(grid[g]!, bandwidth);
    record(ended, g, climb.climb(row(theta, g), limits));
  }
  if (!neighbours) return ended;
  for (let g = 1; g < G; g++) tryNeighbour(climb, grid, bandwidth, theta, g, g - 1, ended);
  for (let g = G - 2; g >= 0; g--) tryNeighbour(climb, grid, bandwidth, theta, g, g + 1, ended);
  return ended;
}

function record(ended: Polished, g: number, end: ReturnType<Climber["climb"]>): void {
  ended.iterations[g]! += end.iterations;
  ended.converged[g] = end.converged;
  ended.objective[g] = end.objective;
}

function tryNeighbour(
  { climb, likelihood }: Climber,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
  g: number,
  from: number,
  ended: Polished,
): void {
  const { layout } = likelihood;
  const moved = (grid[g]! - grid[from]!) / bandwidth;
  if (Math.abs(moved) > 1) return;
  const candidate = shifted(row(theta, from), layout, moved);
  likelihood.place(grid[g]!, bandwidth);
  const probe = climb(candidate, PROBE);
  const at = row(theta, g);
  if (at.every((value, j) => Math.abs(value - candidate[j]!) < NEAR)) return;
  const end = probe.converged ? probe : climb(candidate, LIMITS);
  if (!(end.objective > ended.objective[g]! + BETTER)) return;
  at.set(candidate);
  record(ended, g, end);
}

/** The same lines seen from a point `moved` bandwidths on. */
export function shifted(
  theta: Vector,
  { kind, first, values, slopes }: Layout,
  moved: number,
): Vector {
  const out = theta.slice();
  kind.forEach((of, p) => {
    for (let j = 0; j < slopes[of]; j++) {
      const [from, power] = [first[p]! + (j % values[of]), 1 + Math.floor(j / values[of])];
      const moving = theta[from + power * values[of]]!;
      out[from]! += moved ** power * moving;
      if (power === 2) out[from + values[of]]! += 2 * moved * moving;
    }
  });
  return out;
}
