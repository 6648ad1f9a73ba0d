import type { Vector } from "../math/matrix.ts";

/** What each row, from row `from` on, adds to an estimate at one grid point: how it moves as the row's weight grows. */
export interface RowInfluence {
  readonly from: number;
  readonly values: Vector;
}

/** One estimated function: its influences along the grid. */
export type InfluencePath = readonly RowInfluence[];
