import type { Matrix, Vector } from "../math/matrix.ts";
import type { ExpertRows } from "./expert-rows.ts";

/** Rows looked at together, so that what is made of them stays in a near cache. */
export const LONGEST_BLOCK = 256;

/** A run of rows and what a pass has found there; vectors are of the length of the run. */
export interface RowBlock {
  readonly from: number;
  readonly size: number;
  readonly W: Vector;
  readonly X: Vector;
  readonly offset: Vector | undefined;
  readonly scratch: BlockScratch;
}

/** By component, over a run of rows. */
export interface BlockScratch {
  /** Log weights; the last component's are zero. */
  readonly gate: readonly Vector[];
  /** Linear predictors of the experts. */
  readonly eta: readonly Vector[];
  readonly logDensity: readonly Vector[];
  /** Weights, and weights times densities, up to a factor a row; with their sums. */
  readonly weight: readonly Vector[];
  readonly joint: readonly Vector[];
  readonly weightSum: Vector;
  readonly jointSum: Vector;
  /** Log of the factor by which the weights of a row have been divided; mostly 0. */
  readonly shift: Vector;
}

/** Parameters of a pass, views by component: contrasts of the gate (one less than components), coefficients, u. */
export interface PassParameters {
  readonly gate: readonly Vector[];
  readonly coefficients: readonly Vector[];
  /** Of component k the number at u[k · stride], where experts have one. */
  u(k: number): number;
}

/** The rows of a target in runs; the scratch is shared by runs of one length. */
export function rowBlocks(
  n: number,
  W: Matrix,
  { X, offset }: ExpertRows,
  scratchOf: (size: number) => BlockScratch,
): RowBlock[] {
  const scratches = new Map<number, BlockScratch>();
  const blocks: RowBlock[] = [];
  for (let from = 0; from < n; from += LONGEST_BLOCK) {
    const size = Math.min(LONGEST_BLOCK, n - from);
    const scratch = scratches.get(size) ?? scratchOf(size);
    scratches.set(size, scratch);
    blocks.push({
      from,
      size,
      W: W.data.subarray(from * W.columns, (from + size) * W.columns),
      X: X.data.subarray(from * X.columns, (from + size) * X.columns),
      offset: offset?.subarray(from, from + size),
      scratch,
    });
  }
  return blocks;
}

export function scratchOf(K: number, size: number): BlockScratch {
  const vectors = () => Array.from({ length: K }, () => new Float64Array(size));
  return {
    gate: vectors(),
    eta: vectors(),
    logDensity: vectors(),
    weight: vectors(),
    joint: vectors(),
    weightSum: new Float64Array(size),
    jointSum: new Float64Array(size),
    shift: new Float64Array(size),
  };
}
