import type { VaryingProblem } from "../../src/core/varying.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { normal } from "../../src/math/random/normal.ts";
import type { Rng } from "../../src/math/rng.ts";
import { between } from "./interpolate.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { followPath, labelConsistentPath, nearestRows, type Path, pathSteps } from "./path.ts";
import { shifted } from "./polish.ts";
import { leastSquares, sharesOf } from "./start.ts";

export interface SearchSettings {
  readonly grid: Vector;
  readonly bandwidth: number;
  readonly starts: number;
  /** Rows that labels are looked for in, evenly spaced along the index. */
  readonly rows: number;
}

const SHORT = { iterations: 6, tolerance: 1e-3 };
const LONG = { iterations: 60, tolerance: 1e-3 };
/** Grid points that labels are looked for at are this many bandwidths apart, where there are so many. */
const SPACING = 0.5;
/** What a start gives the component that it puts a row into. */
const OWN = 0.9;

/**
 * Label-consistent EM from several starts on some of the rows: parameters at each grid point in which a component is the
 * same all along the index. Each start cuts what a fit of one component leaves in K parts by size, along a random
 * combination of the experts' columns; the first one by the residual itself.
 */
export function searchLabels(
  problem: VaryingProblem,
  rng: Rng,
  { grid: all, ...rest }: SearchSettings,
): Matrix {
  const settings = { ...rest, grid: coarser(all, SPACING * rest.bandwidth) };
  const some = thinned(problem, rest.rows);
  const { theta } = bestPath(some, rng, settings);
  const out = matrix(all.length, theta.columns);
  all.forEach((u, g) => {
    row(out, g).set(linesAt(layoutOf(some), settings, theta, u));
  });
  return out;
}

function bestPath(some: VaryingProblem, rng: Rng, settings: SearchSettings): Path {
  const K = some.components;
  if (K === 1)
    return labelConsistentPath(some, new Float64Array(some.n).fill(1), { ...settings, ...LONG });
  const residual = residualsOfOne(some, settings);
  const steps = pathSteps(some, settings.grid, settings.bandwidth);
  let best: Path | undefined;
  for (let start = 0; start < settings.starts; start++) {
    const from = cut(scores(some, residual, start === 0 ? undefined : rng), K);
    const path = followPath(steps, from, SHORT);
    if (best === undefined || path.logLikelihood > best.logLikelihood) best = path;
  }
  const { responsibility, theta } = best!;
  return followPath(steps, responsibility, LONG, theta);
}

/** Points of the grid that are at least `spacing` apart, and its last one. */
function coarser(grid: Vector, spacing: number): Vector {
  const kept: number[] = [];
  grid.forEach((u, g) => {
    const next = grid[g + 1] ?? Number.POSITIVE_INFINITY;
    if (g === 0 || next === Number.POSITIVE_INFINITY || next - kept.at(-1)! > spacing) kept.push(u);
  });
  return Float64Array.from(kept);
}

/** The lines of the two grid points around u, both seen from u, mixed by their distances. */
function linesAt(
  layout: Layout,
  { grid, bandwidth }: SearchSettings,
  theta: Matrix,
  u: number,
): Vector {
  const { at, share } = between(grid, u);
  const low = shifted(row(theta, at), layout, (u - grid[at]!) / bandwidth);
  if (share === 0) return low;
  const high = shifted(row(theta, at + 1), layout, (u - grid[at + 1]!) / bandwidth);
  return low.map((value, j) => value + share * (high[j]! - value));
}

/** Responsibilities of all rows by parameters at the grid points. */
export function responsibilitiesOf(
  problem: VaryingProblem,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
): Vector {
  const out = new Float64Array(problem.n * problem.components);
  pathSteps(problem, grid, bandwidth).expect(theta, out);
  return out;
}

function thinned(problem: VaryingProblem, most: number): VaryingProblem {
  const { n } = problem;
  if (n <= most) return problem;
  return problem.subset(
    Int32Array.from({ length: most }, (_, j) => Math.floor(((j + 0.5) * n) / most)),
  );
}

/** Working response minus least squares at the nearest grid point. */
function residualsOfOne(problem: VaryingProblem, { grid, bandwidth }: SearchSettings): Vector {
  const { n, experts, family, offset, u } = problem;
  const v = experts.varyingColumns;
  const layout = layoutOf(problem);
  const solve = leastSquares(problem, layout);
  const at = new Float64Array(layout.width[0]);
  const all = sharesOf(new Float64Array(n).fill(1), 0, 1);
  const nearest = nearestRows(u, grid);
  const out = new Float64Array(n);
  for (let g = 0; g < grid.length; g++) {
    solve(grid[g]!, bandwidth, all, at);
    for (let i = nearest[g]!; i < nearest[g + 1]!; i++) {
      const t = (u[i]! - grid[g]!) / bandwidth;
      let fitted = offset[i]!;
      for (let j = 0; j < v; j++) fitted += experts.varying[i * v + j]! * (at[j]! + t * at[v + j]!);
      out[i] = family.working(i) - fitted;
    }
  }
  return out;
}

/** The residual, or times a random combination of the experts' columns. */
function scores(problem: VaryingProblem, residual: Vector, rng: Rng | undefined): Vector {
  if (rng === undefined) return residual;
  const { varying, varyingColumns: v } = problem.experts;
  const direction = Float64Array.from({ length: v }, () => normal(rng));
  return residual.map((r, i) => {
    let along = 0;
    for (let j = 0; j < v; j++) along += varying[i * v + j]! * direction[j]!;
    return r * along;
  });
}

/** K parts of equal size by score. */
function cut(score: Vector, K: number): Vector {
  const out = new Float64Array(score.length * K).fill((1 - OWN) / (K - 1));
  const rows = Int32Array.from(score, (_, i) => i);
  rows.sort((a, b) => score[a]! - score[b]! || a - b);
  for (let rank = 0; rank < rows.length; rank++) {
    out[rows[rank]! * K + Math.floor((rank * K) / rows.length)] = OWN;
  }
  return out;
}
