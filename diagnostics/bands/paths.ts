import type { InfluencePath, RowInfluence } from "../../src/core/influence.ts";
import { type Matrix, matrix, type Vector } from "../../src/math/matrix.ts";

/** Σ_i a_i b_i over the rows that both have. */
function product(a: RowInfluence, b: RowInfluence): number {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.from + a.values.length, b.from + b.values.length);
  let sum = 0;
  for (let i = from; i < to; i++) sum += a.values[i - a.from]! * b.values[i - b.from]!;
  return sum;
}

/** Correlations of an estimated function between grid points (G × G). NaN where it has no variance. */
export function correlations(path: InfluencePath): Matrix {
  const G = path.length;
  const out = matrix(G, G);
  const norm = path.map((at) => Math.sqrt(product(at, at)));
  for (let g = 0; g < G; g++) {
    for (let h = 0; h <= g; h++) {
      const value = g === h ? 1 : product(path[g]!, path[h]!) / (norm[g]! * norm[h]!);
      out.data[g * G + h] = norm[g]! > 0 && norm[h]! > 0 ? value : Number.NaN;
      out.data[h * G + g] = out.data[g * G + h]!;
    }
  }
  return out;
}

/**
 * Length of the path of normalised influences: great arcs between neighbours, which is what an estimate interpolated
 * between grid points runs along. Points without variance are skipped.
 */
export function pathLength({ rows: G, data }: Matrix): number {
  let length = 0;
  let before = -1;
  for (let g = 0; g < G; g++) {
    if (Number.isNaN(data[g * G + g]!)) continue;
    if (before >= 0) length += Math.acos(Math.max(-1, Math.min(1, data[g * G + before]!)));
    before = g;
  }
  return length;
}

/** Σ values². */
export const squares = (values: Vector): number => values.reduce((sum, v) => sum + v * v, 0);

/**
 * Degrees of freedom of a sum of squares taken for a variance, by its own spread: 2 (Σv²)² / (Σv⁴ − (Σv²)²/n), n counting
 * those that are not 0; infinite where there is no spread. Source: [satterthwaite1946].
 */
export function freedomOf(values: Vector): number {
  const sum = squares(values);
  let fourth = 0;
  let count = 0;
  for (const v of values) {
    fourth += v ** 4;
    if (v !== 0) count++;
  }
  if (count === 0) return Number.POSITIVE_INFINITY;
  const spread = fourth - (sum * sum) / count;
  return spread > 0 ? (2 * sum * sum) / spread : Number.POSITIVE_INFINITY;
}
