import { type Matrix, matrix, row } from "../../src/math/matrix.ts";
import { integerBelow, type Rng } from "../../src/math/rng.ts";

/** Rows that are merged one by one; more are drawn from, and the rest goes to the nearest centre. */
const MOST_ROWS = 500;

/**
 * Rows divided into K groups by Ward's criterion: of rows × rows trees of mergers, each the one that
 * adds least to the sum of squares within groups, the last K − 1 are not made. Returns the group of
 * each row. Source: [murtagh2014] (nearest-neighbour chains).
 */
export function wardPartition(rng: Rng, features: Matrix, K: number): Int32Array {
  const { rows: n } = features;
  if (n <= MOST_ROWS) return wardGroups(features, K);
  const chosen = someRows(rng, n, MOST_ROWS);
  const sample = matrix(MOST_ROWS, features.columns);
  chosen.forEach((i, at) => {
    row(sample, at).set(row(features, i));
  });
  return nearestCentre(features, centres(sample, wardGroups(sample, K), K));
}

/** m distinct rows of n, each set as probable as the others, in ascending order. */
function someRows(rng: Rng, n: number, m: number): Int32Array {
  const all = Int32Array.from({ length: n }, (_, i) => i);
  for (let at = 0; at < m; at++) {
    const other = at + integerBelow(rng, n - at);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all.slice(0, m).sort();
}

interface Merger {
  readonly a: number;
  readonly b: number;
  readonly height: number;
}

function wardGroups(features: Matrix, K: number): Int32Array {
  const mergers = chainMergers(features).toSorted((a, b) => a.height - b.height);
  const n = features.rows;
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at]!;
    return at;
  };
  for (const { a, b } of mergers.slice(0, Math.max(0, n - K))) parent[root(b)] = root(a);
  const names = new Map<number, number>();
  return Int32Array.from({ length: n }, (_, i) => {
    const of = root(i);
    if (!names.has(of)) names.set(of, names.size);
    return names.get(of)!;
  });
}

/** All n − 1 mergers, not in order of height; a and b are any rows of the two groups. */
function chainMergers(features: Matrix): Merger[] {
  const n = features.rows;
  const distance = squaredDistances(features);
  const size = new Float64Array(n).fill(1);
  const alive = Array.from({ length: n }, (_, i) => i);
  const mergers: Merger[] = [];
  const chain: number[] = [];
  while (alive.length > 1) {
    if (chain.length === 0) chain.push(alive[0]!);
    const top = chain.at(-1)!;
    const before = chain.at(-2);
    const near = nearest(distance, n, alive, top, before);
    if (near !== before) {
      chain.push(near);
      continue;
    }
    chain.length -= 2;
    mergers.push({ a: near, b: top, height: distance[near * n + top]! });
    alive.splice(alive.indexOf(top), 1);
    merge(distance, size, alive, near, top);
  }
  return mergers;
}

/** The nearest group to `from`; the one before it in the chain where that is equally near. */
function nearest(
  distance: Float64Array,
  n: number,
  alive: readonly number[],
  from: number,
  before: number | undefined,
): number {
  let best = before ?? -1;
  for (const other of alive) {
    if (other === from) continue;
    if (best < 0 || distance[from * n + other]! < distance[from * n + best]!) best = other;
  }
  return best;
}

/** Distances from the union of a and b, kept at a: Lance and Williams' update. */
function merge(
  distance: Float64Array,
  size: Float64Array,
  alive: readonly number[],
  a: number,
  b: number,
): void {
  const n = size.length;
  const between = distance[a * n + b]!;
  for (const c of alive) {
    if (c === a) continue;
    const [sa, sb, sc] = [size[a]!, size[b]!, size[c]!];
    const value =
      ((sa + sc) * distance[a * n + c]! + (sb + sc) * distance[b * n + c]! - sc * between) /
      (sa + sb + sc);
    distance[a * n + c] = value;
    distance[c * n + a] = value;
  }
  size[a] = size[a]! + size[b]!;
}

function squaredDistances(features: Matrix): Float64Array {
  const n = features.rows;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = squaredDistance(row(features, i), row(features, j));
      out[i * n + j] = value;
      out[j * n + i] = value;
    }
  }
  return out;
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += (a[j]! - b[j]!) ** 2;
  return total;
}

function centres(sample: Matrix, group: Int32Array, K: number): Matrix {
  const out = matrix(K, sample.columns);
  const count = new Float64Array(K);
  group.forEach((k, i) => {
    count[k] = count[k]! + 1;
    const of = row(out, k);
    row(sample, i).forEach((value, j) => {
      of[j] = of[j]! + value;
    });
  });
  for (let k = 0; k < K; k++) {
    const of = row(out, k);
    for (let j = 0; j < of.length; j++) of[j] = of[j]! / count[k]!;
  }
  return out;
}

function nearestCentre(features: Matrix, centre: Matrix): Int32Array {
  const of = new Int32Array(features.rows);
  for (let i = 0; i < features.rows; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < centre.rows; k++) {
      const value = squaredDistance(row(features, i), row(centre, k));
      if (value >= least) continue;
      least = value;
      of[i] = k;
    }
  }
  return of;
}
