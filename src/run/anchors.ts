import type { Matrix, Vector } from "../math/matrix.ts";

const ANCHORS = 5;

/**
 * Rows at which predictions are recorded, 1-based and increasing: spread evenly over the ranks of the first
 * covariate (second column of the n × f features; the response where there is none).
 */
export function anchorRows({ rows: n, columns, data }: Matrix): number[] {
  const values = new Float64Array(n);
  const column = Math.min(1, columns - 1);
  if (columns > 0) for (let i = 0; i < n; i++) values[i] = data[i * columns + column]!;
  const sorted = values.slice().sort();
  const count = Math.min(ANCHORS, n);
  const ranks = Array.from({ length: count }, (_, j) => Math.floor(((j + 0.5) * n) / count));
  return ranks.map((rank) => rowOfRank(values, sorted, rank) + 1).sort((a, b) => a - b);
}

/** The row whose value has that rank, rows of one value ranked in their order. */
function rowOfRank(values: Vector, sorted: Vector, rank: number): number {
  const value = sorted[rank]!;
  let equal = rank - firstOf(sorted, value);
  let i = values.indexOf(value);
  for (; equal > 0; equal--) i = values.indexOf(value, i + 1);
  return i;
}

/** Where a value that is in sorted values begins. */
function firstOf(sorted: Vector, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
