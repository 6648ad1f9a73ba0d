import type { Matrix } from "../../src/math/matrix.ts";

/**
 * The order in which labels are numbered: by the mean of one feature over the rows of a component
 * (rows weighted by their consensus), ascending. The feature is the one in which the closest two
 * components are furthest apart, so that another seed gives the same order. Without features: the
 * largest component first. consensus: K × n; features: n × f, columns of sd 1. Entry j of the
 * result is the label that becomes the j-th.
 */
export function canonicalOrder(consensus: Matrix, features?: Matrix): number[] {
  const labels = Array.from({ length: consensus.rows }, (_, label) => label);
  let best = ascending(labels.map((label) => -mass(consensus, label)));
  if (features === undefined) return best.order;
  best = { ...best, gap: Number.NEGATIVE_INFINITY };
  for (let j = 0; j < features.columns; j++) {
    const found = ascending(labels.map((label) => position(consensus, label, features, j)));
    if (found.gap > best.gap) best = found;
  }
  return best.order;
}

function mass({ columns: n, data }: Matrix, label: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += data[label * n + i]!;
  return total;
}

function position(consensus: Matrix, label: number, features: Matrix, j: number): number {
  const n = consensus.columns;
  let total = 0;
  for (let i = 0; i < n; i++) {
    total += consensus.data[label * n + i]! * features.data[i * features.columns + j]!;
  }
  const weight = mass(consensus, label);
  return weight > 0 ? total / weight : 0;
}

function ascending(keys: readonly number[]): { order: number[]; gap: number } {
  const order = keys.map((_, label) => label).sort((a, b) => keys[a]! - keys[b]! || a - b);
  const gaps = order.slice(1).map((label, j) => keys[label]! - keys[order[j]!]!);
  return { order, gap: Math.min(...gaps) };
}
