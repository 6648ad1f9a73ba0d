import type { Matrix, Vector } from "../math/matrix.ts";

/** Numbers; a missing value is NaN. */
export interface NumericColumn {
  readonly kind: "numeric";
  readonly values: Vector;
}

/** Categories: `codes[i]` is an index into `levels`; a missing value is −1. */
export interface FactorColumn {
  readonly kind: "factor";
  readonly levels: readonly string[];
  readonly codes: Int32Array;
}

export type Column = NumericColumn | FactorColumn;

/** Named columns of equal length, in the order of the file. */
export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
  /** Where rows were left out: what each row's number was (from 1), so that messages can name it. */
  readonly rowNumbers?: Int32Array;
}

/** A model matrix (n × p) with a name for each of its columns. */
export interface Design {
  readonly terms: readonly string[];
  readonly X: Matrix;
  /** Known part of the linear predictor, length n; absent when zero. */
  readonly offset?: Vector;
  /** How many trials each response counts the successes of, length n; absent where the formula does not say. */
  readonly trials?: Vector;
}

/** What an expert sees. `y` may be rewritten in place (a target can simulate itself): cache nothing made from it. */
export interface Observations {
  readonly n: number;
  readonly y: Vector;
  readonly design: Design;
}

/** The rows that belong to a component, each with a weight: 1 where allocated, a responsibility in EM. */
export interface Members {
  readonly rows: Int32Array;
  readonly weight: Vector;
}
