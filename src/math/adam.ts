import type { Vector } from "./matrix.ts";

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const SMALLEST = 1e-8;

/**
 * A function that moves `point` up a noisy gradient, in place, by at most about `rate` a coordinate.
 * Source: [kingma2015] algorithm 1.
 */
export function adam(dimension: number) {
  const first = new Float64Array(dimension);
  const second = new Float64Array(dimension);
  let steps = 0;
  return (point: Vector, gradient: Vector, rate: number): void => {
    steps++;
    const firstBias = 1 - FIRST_DECAY ** steps;
    const secondBias = 1 - SECOND_DECAY ** steps;
    for (let j = 0; j < dimension; j++) {
      const g = gradient[j]!;
      first[j] = FIRST_DECAY * first[j]! + (1 - FIRST_DECAY) * g;
      second[j] = SECOND_DECAY * second[j]! + (1 - SECOND_DECAY) * g * g;
      const scale = Math.sqrt(second[j]! / secondBias) + SMALLEST;
      point[j] = point[j]! + (rate * first[j]!) / (firstBias * scale);
    }
  };
}
