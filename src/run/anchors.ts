import type { Matrix } from "../math/matrix.ts";

const ANCHORS = 5;

/**
 * Rows at which predictions are recorded, 1-based and increasing: spread evenly over the ranks of the first
 * covariate (second column of the n × f features; the response where there is none).
 */
export function anchorRows({ rows: n, columns, data }: Matrix): number[] {
  const column = Math.min(1, columns - 1);
  const value = (i: number): number => (columns === 0 ? 0 : data[i * columns + column]!);
  const ranked = Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => value(a) - value(b) || a - b,
  );
  const count = Math.min(ANCHORS, n);
  const at = (j: number): number => Math.floor(((j + 0.5) * n) / count);
  return Array.from({ length: count }, (_, j) => ranked[at(j)]! + 1).sort((a, b) => a - b);
}
