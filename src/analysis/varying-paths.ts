import type { CompiledVarying } from "../../models/varying/compile.ts";
import {
  type LocalInfluence,
  plainInfluence,
  smallSampleInfluence,
} from "../../samplers/varying/influence.ts";
import { layoutOf, parabolic } from "../../samplers/varying/layout.ts";
import { polish } from "../../samplers/varying/polish.ts";
import { profile } from "../../samplers/varying/profile.ts";
import { type SharedInfluence, sharedInfluence } from "../../samplers/varying/shared-influence.ts";
import type { RowInfluence } from "../core/influence.ts";
import type { VaryingProblem } from "../core/varying.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import type { VaryingFunction } from "./varying-functions.ts";

/** Local maxima at the points of a grid (0 … 1), of lines or parabolas. */
export interface LocalFit {
  readonly problem: VaryingProblem;
  readonly grid: Vector;
  readonly bandwidth: number;
  /** grid × dimension. */
  readonly theta: Matrix;
  readonly converged: readonly boolean[];
}

/** One estimated function along the grid; NaN and empty where the information is not positive definite. */
export interface EstimatedPath {
  readonly of: VaryingFunction;
  readonly value: Vector;
  /** To second order, of maxima, not what smoothing adds; 0 where it was not asked for. */
  readonly bias: Vector;
  /** For small samples: with scores as they are at the estimate without the row. */
  readonly influences: readonly RowInfluence[];
}

/** Estimates, influences and, for small samples, second-order biases of functions at every grid point. */
export function estimatedPaths(
  { problem, grid, bandwidth, theta }: LocalFit,
  functions: readonly VaryingFunction[],
  smallSample: boolean,
): EstimatedPath[] {
  const wantsBias = functions.some(({ part, varies }) => part === "dispersion" && varies);
  const influence = smallSample
    ? smallSampleInfluence(problem, bandwidth, { wantsBias })
    : plainInfluence(problem, bandwidth);
  const shared =
    layoutOf(problem).shared.length === 0
      ? undefined
      : sharedInfluence(problem, grid, bandwidth, theta);
  const gradients = matrix(functions.length, theta.columns);
  const out = functions.map((of) => ({
    of,
    value: new Float64Array(grid.length),
    bias: new Float64Array(grid.length).fill(Number.NaN),
    influences: [] as RowInfluence[],
  }));
  grid.forEach((at, g) => {
    const parameters = row(theta, g);
    functions.forEach((of, f) => {
      of.gradient(parameters, row(gradients, f));
    });
    const found = influence(at, parameters, gradients);
    out.forEach((path, f) => {
      path.value[g] = path.of.value(parameters);
      path.bias[g] = found?.bias[f] ?? Number.NaN;
      const through = shared && weightsOf(row(gradients, f), shared.follow[g]!);
      path.influences.push(rowsOf(found, f, shared, through));
    });
  });
  return out;
}

/** How a function depends on what does not vary, the local maximum following. */
function weightsOf(gradient: Vector, { columns: m, data }: Matrix): Vector {
  const out = new Float64Array(m);
  gradient.forEach((value, j) => {
    if (value !== 0) for (let c = 0; c < m; c++) out[c]! += value * data[j * m + c]!;
  });
  return out;
}

const NOTHING: RowInfluence = { from: 0, values: new Float64Array(0) };

function rowsOf(
  found: LocalInfluence | undefined,
  f: number,
  shared: SharedInfluence | undefined,
  through: Vector | undefined,
): RowInfluence {
  if (found === undefined) return NOTHING;
  const { from } = found;
  if (shared === undefined || through === undefined) return { from, values: row(found.rows, f) };
  const { columns: n, data } = shared.rows;
  const values = new Float64Array(n);
  values.set(row(found.rows, f), from);
  through.forEach((weight, c) => {
    if (weight !== 0) for (let i = 0; i < n; i++) values[i]! += weight * data[c * n + i]!;
  });
  return { from: 0, values };
}

/** What is left to gain when the last step is taken: it leaves about a millionth of a standard error. */
const LIMITS = { steps: 500, tolerance: 1e-7 };

/**
 * The same fit with parabolas in place of lines: local maxima climbed to from the lines, constants estimated anew. Source:
 * [calonico2018].
 */
export function parabolas(
  { problem }: Pick<CompiledVarying, "problem">,
  grid: Vector,
  bandwidth: number,
  lines: Matrix,
): LocalFit {
  const bent = parabolic(problem);
  const [from, to] = [layoutOf(problem), layoutOf(bent)];
  const theta = matrix(grid.length, to.dimension);
  grid.forEach((_, g) => {
    to.kind.forEach((of, p) => {
      const source = row(lines, g).subarray(from.first[p]!, from.first[p]! + from.width[of]);
      const target = row(theta, g).subarray(to.first[p]!, to.first[p]! + to.width[of]);
      const before = from.values[of] + from.slopes[of];
      target.set(source.subarray(0, before));
      target.set(source.subarray(before), to.values[of] + to.slopes[of]);
    });
  });
  const { converged } =
    to.shared.length === 0
      ? polish(bent, grid, bandwidth, theta, { neighbours: false, limits: LIMITS })
      : profile(bent, grid, bandwidth, theta);
  return { problem: bent, grid, bandwidth, theta, converged };
}
