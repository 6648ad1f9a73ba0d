import type { InfluencePath, RowInfluence } from "../../src/core/influence.ts";
import { type Matrix, matrix, type Vector } from "../../src/math/matrix.ts";

/** Σ_i a_i b_i over the rows that both have. */
function product(a: RowInfluence, b: RowInfluence): number {
  const from = Math.max(a.from, b.from);
  const count = Math.min(a.from + a.values.length, b.from + b.values.length) - from;
  const left = a.values;
  const right = b.values;
  let sum = 0;
  for (let m = 0, i = from - a.from, j = from - b.from; m < count; m++) {
    sum += left[i + m]! * right[j + m]!;
  }
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
  return arcs(
    G,
    (g) => !Number.isNaN(data[g * G + g]!),
    (g, before) => data[g * G + before]!,
  );
}

/** The same from the influences, without the correlations that no arc needs. */
export function influenceLength(path: InfluencePath): number {
  const norm = path.map((at) => Math.sqrt(squares(at.values)));
  return arcs(
    path.length,
    (g) => norm[g]! > 0,
    (g, before) => product(path[g]!, path[before]!) / (norm[g]! * norm[before]!),
  );
}

function arcs(
  points: number,
  isKnown: (g: number) => boolean,
  correlation: (g: number, before: number) => number,
): number {
  let length = 0;
  let before = -1;
  for (let g = 0; g < points; g++) {
    if (!isKnown(g)) continue;
    if (before >= 0) length += Math.acos(Math.max(-1, Math.min(1, correlation(g, before))));
    before = g;
  }
  return length;
}

/** Σ values². */
export function squares(values: Vector): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

/**
 * Degrees of freedom of a sum of squares taken for a variance, by its own spread: 2 (Σv²)² / (Σv⁴ − (Σv²)²/n), n counting
 * those that are not 0; infinite where there is no spread. Source: [satterthwaite1946].
 */
export function freedomOf(values: Vector): number {
  const sum = squares(values);
  let fourth = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const square = values[i]! * values[i]!;
    fourth += square * square;
    if (square !== 0) count++;
  }
  if (count === 0) return Number.POSITIVE_INFINITY;
  const spread = fourth - (sum * sum) / count;
  return spread > 0 ? (2 * sum * sum) / spread : Number.POSITIVE_INFINITY;
}
