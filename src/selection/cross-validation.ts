import type { Compiled } from "../../models/compile.ts";
import { compile } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import { DataError, MoebiusError, UsageError } from "../core/errors.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../core/mixture.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { selectRows } from "../data/table.ts";
import type { Vector } from "../math/matrix.ts";
import { permutation } from "../math/random/permutation.ts";
import { createRng } from "../math/rng.ts";
import type { WithError } from "../report/selection-input.ts";
import { type Climb, stateOf } from "../run/climb-task.ts";

/** Rows to fit and rows to judge by, both ascending. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** The stream of the folds, beside those of chains and climbs. */
const STREAM = 0x666f;

/**
 * Divides n rows at random into `count` folds whose sizes differ by at most one; they depend on the seed and n alone.
 * Throws a UsageError unless 2 ≤ count ≤ n.
 */
export function foldsOf(n: number, count: number, seed: number): Fold[] {
  if (!(Number.isSafeInteger(count) && count >= 2 && count <= n)) {
    throw new UsageError(
      `\`folds\` must be a whole number between 2 and the number of rows, ${n}; got ${count}`,
    );
  }
  const order = new Int32Array(n);
  permutation(createRng(seed, 0, STREAM), order);
  const fold = new Int32Array(n);
  order.forEach((i, at) => {
    fold[i] = at % count;
  });
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: count }, (_, v) => ({
    train: rows.filter((i) => fold[i] !== v),
    test: rows.filter((i) => fold[i] === v),
  }));
}

/** Throws a DataError where a model cannot be fitted without a fold, or cannot be judged by it, such as for a rare level. */
export function checkFolds(model: ModelDeclaration, table: Table, folds: readonly Fold[]): void {
  for (const [v, { train, test }] of folds.entries()) {
    try {
      compile(model, selectRows(table, train)).over(selectRows(table, test));
    } catch (cause) {
      if (!(cause instanceof MoebiusError)) throw cause;
      throw new DataError(
        `without fold ${v + 1} of ${folds.length} the model must be one that can be fitted and judged; ` +
          `${cause.message}; try another number of folds or another seed`,
        { fold: v + 1 },
        cause,
      );
    }
  }
}

/** Writes log p(y | x) of the rows of a table that the fit has not seen, allocations summed out, into out at these rows. */
export function heldOut(
  compiled: Compiled,
  reached: Pick<Climb, "theta" | "gamma" | "lambda">,
  table: Table,
  rows: Int32Array,
  out: Vector,
): void {
  const target = compiled.over(selectRows(table, rows));
  const scratch = mixtureScratch(target);
  sumOutAllocation(logJoint(target, stateOf(target.n, reached), scratch), scratch);
  rows.forEach((i, at) => {
    out[i] = scratch.logDensity[at]!;
  });
}

/** The sum over rows with its standard error, √n times the sd of the rows. */
export function sumOverRows(values: Vector): WithError {
  const n = values.length;
  const value = values.reduce((a, b) => a + b, 0);
  const mean = value / n;
  const squares = values.reduce((total, one) => total + (one - mean) ** 2, 0);
  return { value, se: Math.sqrt((n * squares) / (n - 1)) };
}
