import type { Design } from "../src/core/data.ts";
import { hasFullRank } from "../src/data/rank.ts";
import { selectRows } from "../src/data/table.ts";
import { type Matrix, matrix, type Vector } from "../src/math/matrix.ts";
import type { Prepared, Seen } from "./prepare.ts";

/** From so many rows on, starts are looked for among a part of them … */
const MANY = 2 ** 17;
/** … of about so many. */
const PART = 2 ** 15;

/** What a target over a part of the rows is compiled from. */
export type Part = Pick<Prepared, "table" | "seen" | "features">;

/** A part of very many rows, evenly spread; undefined where all are few enough. `n` is how many there are. */
export function partOf(n: number): ((of: Part) => Part) | undefined {
  const rows = rowsOfPart(n);
  return rows === undefined ? undefined : (of) => thin(of, rows);
}

function rowsOfPart(n: number): Int32Array | undefined {
  if (n < MANY) return undefined;
  // Odd, so that whatever alternates down the rows is all met.
  const stride = Math.floor(n / PART) | 1;
  return Int32Array.from({ length: Math.ceil(n / stride) }, (_, i) => i * stride);
}

const thin = ({ table, seen, features }: Part, rows: Int32Array): Part => ({
  table: selectRows(table, rows),
  seen: someOf(seen, rows),
  features: someRows(features, rows),
});

/** The same model met by a part of its rows, its parameters on the same scale. */
export interface PreparedPart {
  readonly prepared: Prepared;
  /** Which rows these are. */
  readonly rows: Int32Array;
}

/**
 * What maxima are compared on where there are very many rows: a part of them, evenly spread. Undefined where all are few
 * enough, where a term is the same in all rows of the part, and where coefficients are functions.
 */
export function preparedPart(prepared: Prepared): PreparedPart | undefined {
  const rows = rowsOfPart(prepared.seen.observations.n);
  if (rows === undefined || prepared.seen.functions !== undefined) return undefined;
  const part = thin(prepared, rows);
  const { observations, gate } = part.seen;
  const isWhole = hasFullRank(observations.design.X) && hasFullRank(gate.X);
  return isWhole ? { prepared: { ...prepared, ...part }, rows } : undefined;
}

function someOf({ observations, gate, functions }: Seen, rows: Int32Array): Seen {
  const { y, design } = observations;
  const experts = someOfDesign(design, rows);
  const some = (values: Vector): Vector => Float64Array.from(rows, (i) => values[i]!);
  return {
    observations: { n: rows.length, y: some(y), design: experts },
    gate: gate.X === design.X ? { ...gate, X: experts.X } : someOfDesign(gate, rows),
    ...(functions === undefined
      ? {}
      : {
          functions: {
            u: some(functions.u),
            experts: someRows(functions.experts, rows),
            gate: someRows(functions.gate, rows),
          },
        }),
  };
}

function someOfDesign({ terms, X, offset, trials }: Design, rows: Int32Array): Design {
  return {
    terms,
    X: someRows(X, rows),
    ...(offset === undefined ? {} : { offset: Float64Array.from(rows, (i) => offset[i]!) }),
    ...(trials === undefined ? {} : { trials: Float64Array.from(rows, (i) => trials[i]!) }),
  };
}

function someRows({ columns, data }: Matrix, rows: Int32Array): Matrix {
  const out = matrix(rows.length, columns);
  rows.forEach((i, at) => {
    out.data.set(data.subarray(i * columns, (i + 1) * columns), at * columns);
  });
  return out;
}
