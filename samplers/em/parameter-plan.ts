import type { Expert } from "../../src/core/expert.ts";
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

/** Every parameter of every expert on its own. */
export function freePlan({ dimension }: Expert, components: number): ParameterPlan {
  const size = components * dimension;
  return {
    slot: Int32Array.from({ length: size }, (_, at) => at),
    size,
    held: new Float64Array(size).fill(Number.NaN),
  };
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
