import type { Table } from "../../src/core/data.ts";
import type { Known } from "../../src/core/known.ts";
import type { FunctionKnown, RowValues } from "../../src/core/model.ts";
import { columnOf } from "../../src/data/table.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { uniform } from "../../src/math/rng.ts";

/** A density given by functions, at the rows of a table. */
export function compileFunction(known: FunctionKnown, table: Table, y: Vector): Known {
  const rows = rowValues(known.columns, table);
  const fill = (out: Vector, of: ((row: RowValues, i: number) => number) | undefined): void => {
    for (let i = 0; i < out.length; i++) out[i] = of === undefined ? Number.NaN : of(rows[i]!, i);
  };
  const { mean, variance, cumulative } = known;
  return {
    words: known.words,
    logDensity: (out) => fill(out, (row, i) => known.logDensity(y[i]!, row)),
    mean: (out) => fill(out, mean && ((row) => mean(row))),
    variance: (out) => fill(out, variance && ((row) => variance(row))),
    cumulative: (out) => fill(out, cumulative && ((row, i) => cumulative(y[i]!, row))),
    simulate(rng, chosen, into) {
      for (const i of chosen) into[i] = known.sample(() => uniform(rng), rows[i]!);
    },
  };
}

function rowValues(names: readonly string[], table: Table): RowValues[] {
  const columns = names.map((name) => [name, columnOf(table, name)] as const);
  return Array.from({ length: table.rows }, (_, i) =>
    Object.fromEntries(
      columns.map(([name, column]) => [
        name,
        column.kind === "numeric" ? column.values[i]! : (column.levels[column.codes[i]!] ?? "NA"),
      ]),
    ),
  );
}
