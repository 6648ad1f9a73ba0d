import type { Matrix } from "../../src/math/matrix.ts";

/** Which coordinates of the experts are free, and which are one and the same. */
export interface ParameterPlan {
  /** Length K · d, the order of theta: the free coordinate that a parameter is; −1 where it is held. */
  readonly slot: Int32Array;
  /** How many free coordinates there are. */
  readonly size: number;
  /** Length K · d: the value where one is held, NaN elsewhere. */
  readonly held: Float64Array;
}

/** Puts back what is held, and lifts sds (column sdAt, none if −1) to the floor. */
export function keepWithin(
  { held }: ParameterPlan,
  sdAt: number,
  sdFloor: number,
  { rows, columns, data }: Matrix,
): void {
  for (let at = 0; at < held.length; at++) if (!Number.isNaN(held[at]!)) data[at] = held[at]!;
  if (sdAt < 0) return;
  for (let k = 0; k < rows; k++) {
    const at = k * columns + sdAt;
    if (isAtFloor(data[at]!, sdFloor)) data[at] = sdFloor;
  }
}

/** Rounding apart. */
const AT_FLOOR = 1 + 1e-9;

export const isAtFloor = (sd: number, sdFloor: number): boolean => sd <= sdFloor * AT_FLOOR;
