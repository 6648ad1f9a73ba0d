import type { ExpertAtom } from "../../diagnostics/losses/index.ts";

/** Numbers by name; NaN where one has no meaning for this fit. */
export type Measured = Record<string, number>;

/** Errors whose mean over draws is taken of their squares. */
export const isRootMeanSquare = (name: string): boolean =>
  name.startsWith("single_") || name.startsWith("shared_");

/** Fitted atoms and the true ones in whose cells they are. */
export interface Matched {
  /** For each true atom the fitted ones in its cell. */
  readonly cells: readonly (readonly number[])[];
  /** Mass of each fitted atom. */
  readonly mass: readonly number[];
  readonly truth: readonly ExpertAtom[];
  readonly fit: readonly ExpertAtom[];
  /** Slopes of the gate, translated as the truth's are; absent where the gate is constant. */
  readonly gate?: {
    readonly truth: readonly (readonly number[])[];
    readonly fit: readonly (readonly number[])[];
  };
  /** What the first number of an atom is called. */
  readonly first: "intercept" | "amplitude";
}

/**
 * Root mean square errors by kind of coordinate and by mass: `single_*` of the atoms that have a true one to themselves,
 * `shared_*` of those that share one.
 */
export function coordinateErrors(matched: Matched): Measured {
  return {
    ...ofCells("single", (size) => size === 1, matched),
    ...ofCells("shared", (size) => size > 1, matched),
  };
}

function ofCells(group: string, holds: (size: number) => boolean, matched: Matched): Measured {
  const { cells, mass, truth, fit, gate, first } = matched;
  const total = { gate: 0, first: 0, slopes: 0, variance: 0 };
  let whole = 0;
  cells.forEach((cell, j) => {
    if (!holds(cell.length)) return;
    const b = truth[j]!;
    for (const i of cell) {
      const a = fit[i]!;
      const weight = mass[i]!;
      whole += weight;
      if (gate !== undefined) total.gate += weight * squares(gate.fit[i]!, gate.truth[j]!);
      total.first += weight * (a.coefficients[0]! - b.coefficients[0]!) ** 2;
      total.slopes += weight * squares(a.coefficients.slice(1), b.coefficients.slice(1));
      total.variance += weight * (a.sd! ** 2 - b.sd! ** 2) ** 2;
    }
  });
  const root = (sum: number): number => (whole > 0 ? Math.sqrt(sum / whole) : Number.NaN);
  return {
    ...(gate === undefined ? {} : { [`${group}_gate`]: root(total.gate) }),
    [`${group}_${first}`]: root(total.first),
    [`${group}_slopes`]: root(total.slopes),
    [`${group}_variance`]: root(total.variance),
  };
}

const squares = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, c) => sum + (value - b[c]!) ** 2, 0);
