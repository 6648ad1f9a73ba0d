import { type Matrix, row, type Vector } from "../src/math/matrix.ts";
import { categorical } from "../src/math/random/categorical.ts";
import { integerBelow, type Rng } from "../src/math/rng.ts";

const LLOYD_STEPS = 20;

/** Groups the rows of the features (n × f) by k-means with k-means++ seeding. Source: [arthur2007]. */
export function kMeansPartition(rng: Rng, features: Matrix, K: number): Int32Array {
  const { rows: n, columns: f } = features;
  const centres = Array.from({ length: K }, () => new Float64Array(f));
  const distance = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let k = 0; k < K; k++) {
    const total = distance.reduce((sum, d) => sum + d, 0);
    const chosen = k === 0 ? integerBelow(rng, n) : Math.max(0, categorical(rng, distance, total));
    centres[k]!.set(row(features, chosen));
    for (let i = 0; i < n; i++) {
      distance[i] = Math.min(distance[i]!, squaredDistance(features, i, centres[k]!));
    }
  }
  const z = new Int32Array(n);
  for (let step = 0; step < LLOYD_STEPS && reassign(features, centres, z); step++) {
    recentre(features, centres, z);
  }
  return z;
}

/** Moves each row to its nearest centre; whether any row moved. */
function reassign(features: Matrix, centres: readonly Vector[], z: Int32Array): boolean {
  let moved = false;
  for (let i = 0; i < z.length; i++) {
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < centres.length; k++) {
      const d = squaredDistance(features, i, centres[k]!);
      if (d < least) {
        least = d;
        nearest = k;
      }
    }
    moved ||= nearest !== z[i];
    z[i] = nearest;
  }
  return moved;
}

/** Moves each centre to the mean of its rows; a centre without rows stays. */
function recentre(features: Matrix, centres: readonly Vector[], z: Int32Array): void {
  for (let k = 0; k < centres.length; k++) {
    const sum = new Float64Array(features.columns);
    let count = 0;
    for (let i = 0; i < z.length; i++) {
      if (z[i] !== k) continue;
      count++;
      for (let j = 0; j < sum.length; j++) sum[j] = sum[j]! + features.data[i * sum.length + j]!;
    }
    if (count > 0) centres[k]!.set(sum.map((s) => s / count));
  }
}

function squaredDistance({ columns, data }: Matrix, i: number, centre: Vector): number {
  let total = 0;
  for (let j = 0; j < columns; j++) total += (data[i * columns + j]! - centre[j]!) ** 2;
  return total;
}
