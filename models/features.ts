import type { Design, Observations } from "../src/core/data.ts";
import { type Matrix, matrix, type Vector } from "../src/math/matrix.ts";

/** Response and covariates of experts and gate, each once, with mean 0 and sd 1 (n × f): what starts group rows by. */
export function features({ n, y, design }: Observations, gate: Design): Matrix {
  const columns = new Map<string, Vector>([["(Response)", y]]);
  for (const { terms, X } of [design, gate]) {
    terms.forEach((term, j) => {
      columns.set(
        term,
        Float64Array.from({ length: n }, (_, i) => X.data[i * X.columns + j]!),
      );
    });
  }
  const scaled = [...columns.values()].map(standardized).filter((column) => column !== undefined);
  const out = matrix(n, scaled.length);
  scaled.forEach((column, j) => {
    for (let i = 0; i < n; i++) out.data[i * scaled.length + j] = column[i]!;
  });
  return out;
}

/** The column with mean 0 and sd 1; undefined when it is constant. */
function standardized(values: Vector): Vector | undefined {
  // The mean of equal values may be rounded, and their sd then is not 0.
  if (values.every((value) => value === values[0])) return undefined;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  return sd > 0 ? values.map((v) => (v - mean) / sd) : undefined;
}
