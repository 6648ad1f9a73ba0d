import type { Members } from "../../src/core/data.ts";
import type { Vector } from "../../src/math/matrix.ts";

/** How often each count occurs among the members fixed last. */
export interface CountTally {
  load(members: Members): void;
  /** Σ weight · of(size, y_i), evaluated once a distinct count. */
  sum(of: (size: number, count: number) => number, size: number): number;
}

/** Of a response that may be rewritten between loads. */
export function countTally(y: Vector): CountTally {
  const weights = new Map<number, number>();
  return {
    load({ rows, weight }) {
      weights.clear();
      for (let m = 0; m < rows.length; m++) {
        const count = y[rows[m]!]!;
        // A product of one factor, or none, is 1.
        if (count > 1) weights.set(count, (weights.get(count) ?? 0) + weight[m]!);
      }
    },
    sum(of, size) {
      let total = 0;
      for (const [count, weight] of weights) total += weight * of(size, count);
      return total;
    },
  };
}
