import type { Table } from "../src/core/data.ts";
import type { Support } from "../src/core/distribution.ts";
import { DataError } from "../src/core/errors.ts";
import type { ExpertsDeclaration } from "../src/core/model.ts";
import { rowNumber } from "../src/data/table.ts";
import type { Vector } from "../src/math/matrix.ts";

const IS: Readonly<Record<Support, (y: number) => boolean>> = {
  real: () => true,
  positive: (y) => y > 0,
  unit: (y) => y >= 0 && y <= 1,
  count: (y) => y >= 0 && Number.isInteger(y),
};

const WORDS: Readonly<Record<Support, string>> = {
  real: "a real number",
  positive: "a number > 0",
  unit: "a number from 0 to 1",
  count: "a whole number ≥ 0",
};

/** Throws a DataError for the first row whose response the experts could not have made. */
export function checkResponse(
  support: Support,
  { family, formula }: ExpertsDeclaration,
  y: Vector,
  table: Table,
  largest?: Vector,
): void {
  const bad = y.findIndex((value) => !IS[support](value));
  if (bad < 0 && largest !== undefined) checkLargest(largest, { family, formula }, y, table);
  if (bad < 0) return;
  const row = rowNumber(table, bad);
  const name = nameOf(formula);
  throw new DataError(
    `the response ${name} of ${family} experts must be ${WORDS[support]} in every row; it is ${y[bad]} in row ` +
      `${row}; correct it, leave the row out, or choose another family of experts`,
    { row, value: y[bad]!, family },
  );
}

const nameOf = (formula: string): string => formula.slice(0, formula.indexOf("~")).trim();

/** Throws a DataError for the first row with more successes than trials. */
function checkLargest(
  largest: Vector,
  { family, formula }: Pick<ExpertsDeclaration, "family" | "formula">,
  y: Vector,
  table: Table,
): void {
  const bad = y.findIndex((value, i) => value > largest[i]!);
  if (bad < 0) return;
  const row = rowNumber(table, bad);
  const most = largest[bad]!;
  const say = largest.every((one) => one === 1)
    ? "say how many trials there were by + trials(column) in the formula"
    : "correct it, or leave the row out";
  throw new DataError(
    `the response ${nameOf(formula)} of ${family} experts must be at most the number of trials in every row; ` +
      `it is ${y[bad]} of ${most} in row ${row}; ${say}`,
    { row, value: y[bad]!, trials: most, family },
  );
}
