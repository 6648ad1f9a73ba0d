import type { CompiledVarying } from "../../models/varying/compile.ts";
import { localInfluence } from "../../samplers/varying/influence.ts";
import { layoutOf, parabolic } from "../../samplers/varying/layout.ts";
import { polish } from "../../samplers/varying/polish.ts";
import type { RowInfluence } from "../core/influence.ts";
import type { VaryingProblem } from "../core/varying.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import type { VaryingFunction } from "./varying-functions.ts";

/** One estimated function along the grid; NaN and empty where the information is not positive definite. */
export interface EstimatedPath {
  readonly of: VaryingFunction;
  readonly value: Vector;
  /** To second order. */
  readonly bias: Vector;
  readonly modelVariance: Vector;
  readonly plain: readonly RowInfluence[];
  readonly corrected: readonly RowInfluence[];
}

/** Estimates, second-order biases and influences of functions at every grid point. */
export function estimatedPaths(
  problem: VaryingProblem,
  grid: Vector,
  bandwidth: number,
  theta: Matrix,
  functions: readonly VaryingFunction[],
): EstimatedPath[] {
  const influence = localInfluence(problem, bandwidth);
  const gradients = matrix(functions.length, theta.columns);
  const out = functions.map((of) => ({
    of,
    value: new Float64Array(grid.length),
    bias: new Float64Array(grid.length),
    modelVariance: new Float64Array(grid.length),
    plain: [] as RowInfluence[],
    corrected: [] as RowInfluence[],
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
      path.modelVariance[g] = found?.modelVariance[f] ?? Number.NaN;
      const from = found?.from ?? 0;
      path.plain.push({ from, values: found ? row(found.plain, f) : new Float64Array(0) });
      path.corrected.push({ from, values: found ? row(found.corrected, f) : new Float64Array(0) });
    });
  });
  return out;
}

/** The same fit with parabolas in place of lines: local maxima climbed to from the lines, and whether each was reached. */
export function parabolas(
  { problem }: Pick<CompiledVarying, "problem">,
  grid: Vector,
  bandwidth: number,
  lines: Matrix,
): { problem: VaryingProblem; theta: Matrix; converged: readonly boolean[] } {
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
  const { converged } = polish(bent, grid, bandwidth, theta, { neighbours: false });
  return { problem: bent, theta, converged };
}
