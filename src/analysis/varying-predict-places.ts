import type { Finding } from "../core/diagnostic.ts";
import { DataError } from "../core/errors.ts";
import { numbersOf, rowNumber } from "../data/table.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { parametersOf, type VaryingRows } from "../run/varying-rows.ts";

/** How many rows lie where a fit has no grid points. */
export interface Places {
  /** Rows between an end of the grid and that of the data: the coefficients of the end of the grid are taken. */
  readonly beyondGrid: number;
  /** Rows outside the index of the data. */
  readonly outside: number;
}

/** Rounding of the index on the unit scale. */
const EDGE = 1e-12;

const isOutside = (u: number): boolean => u < -EDGE || u > 1 + EDGE;

export function placesOf(fit: VaryingFit, { problem: { u } }: VaryingRows): Places {
  const { grid } = parametersOf(fit);
  let [beyondGrid, outside] = [0, 0];
  for (const at of u) {
    if (isOutside(at)) outside++;
    else if (at < grid[0]! - EDGE || at > grid.at(-1)! + EDGE) beyondGrid++;
  }
  return { beyondGrid, outside };
}

/** What is wrong with the first row outside. */
export function outsideError(fit: VaryingFit, { problem, order, table }: VaryingRows): DataError {
  const { name, low, high } = fit.index;
  const first = problem.u.findIndex(isOutside);
  const value = numbersOf(table, name, name)[order[first]!]!;
  const row = rowNumber(table, order[first]!);
  return new DataError(
    `the index ${name} must lie between ${low} and ${high}, where the data are; it is ${value} in row ${row}; leave ` +
      "such rows out, or extrapolate: they then have the coefficients of the nearest end",
    { column: name, row, value },
  );
}

/** What must be known of rows that lie there. */
export function placeFindings(
  { index: { name, low, high }, grid }: VaryingFit,
  places: Places,
): Finding[] {
  const found: Finding[] = [];
  if (places.outside > 0) {
    found.push({
      code: "index-outside",
      severity: "problem",
      message:
        `${places.outside} rows lie outside ${low} … ${high}, where ${name} of the data lies: they have the ` +
        "coefficients of the nearest end, which the data say nothing about",
    });
  }
  if (places.beyondGrid > 0) {
    found.push({
      code: "index-beyond-grid",
      severity: "note",
      message:
        `${places.beyondGrid} rows lie beyond the grid, ${grid[0]} … ${grid.at(-1)} of ${name}: they have the ` +
        "coefficients of its end; a grid over the whole range would do better",
    });
  }
  return found;
}
