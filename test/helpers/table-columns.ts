import type { Table } from "../../src/core/data.ts";

/** A numeric column. */
export const numeric = (...values: number[]) => ({
  kind: "numeric",
  values: Float64Array.from(values),
});

/** A factor, its codes the places of the levels. */
export const factor = (levels: string[], ...codes: number[]) => ({
  kind: "factor",
  levels,
  codes: Int32Array.from(codes),
});

export const columns = (table: Table) => Object.fromEntries(table.columns);
