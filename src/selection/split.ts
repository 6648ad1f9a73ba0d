import type { Target } from "../core/target.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import { normal } from "../math/random/normal.ts";
import type { Rng } from "../math/rng.ts";

/**
 * Responsibilities of one component more, K + 1 × n each. In the first the heaviest component is there twice, which
 * describes the same mixture wherever the gate has an intercept; in each of the others one component, each
 * twice, is cut in two across a random direction of the starting features.
 */
export function withOneMore(rng: Rng, { features }: Target, from: Matrix): Matrix[] {
  const weights = Array.from({ length: from.rows }, (_, k) => sum(row(from, k)));
  const heaviest = weights.indexOf(Math.max(...weights));
  const twice = divided(from, heaviest, () => 0.5);
  const cuts = Array.from({ length: CUTS * from.rows }, (_, cut) => {
    const k = cut % from.rows;
    const score = project(features, rng);
    const middle = weightedMedian(score, row(from, k));
    return divided(from, k, (i) => (score[i]! > middle ? 1 - SPILL : SPILL));
  });
  return [twice, ...cuts];
}

/** Directions a component. */
const CUTS = 2;
/** What a component keeps of the rows on the other side of a cut. */
const SPILL = 0.05;

/** Responsibilities of one component less, K − 1 × n each: each component in turn gives its rows to the others. */
export function withOneLess({ rows: K, columns: n, data }: Matrix): Matrix[] {
  return Array.from({ length: K }, (_, gone) => {
    const out = matrix(K - 1, n);
    for (let i = 0; i < n; i++) {
      const left = 1 - data[gone * n + i]!;
      for (let k = 0; k < K - 1; k++) {
        const share = data[(k < gone ? k : k + 1) * n + i]!;
        out.data[k * n + i] = left > LEAST ? share / left : 1 / (K - 1);
      }
    }
    return out;
  });
}

/** With less than this a row has no preference among the others. */
const LEAST = 1e-8;

/** Component k gives the share `rest(i)` of row i to a new one, the last. */
function divided({ rows: K, columns: n, data }: Matrix, k: number, rest: (i: number) => number) {
  const out = matrix(K + 1, n);
  out.data.set(data);
  for (let i = 0; i < n; i++) {
    const given = data[k * n + i]! * rest(i);
    out.data[K * n + i] = given;
    out.data[k * n + i] = data[k * n + i]! - given;
  }
  return out;
}

/** Features (n × f) along a random direction. */
function project({ rows: n, columns: f, data }: Matrix, rng: Rng): Vector {
  const direction = Float64Array.from({ length: f }, () => normal(rng));
  const score = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < f; j++) score[i] = score[i]! + data[i * f + j]! * direction[j]!;
  }
  return score;
}

function weightedMedian(score: Vector, weight: Vector): number {
  const order = Array.from(score.keys()).sort((a, b) => score[a]! - score[b]!);
  const half = sum(weight) / 2;
  let below = 0;
  for (const i of order) {
    below += weight[i]!;
    if (below >= half) return score[i]!;
  }
  return score[order.at(-1)!]!;
}

const sum = (values: Vector): number => values.reduce((a, b) => a + b, 0);
