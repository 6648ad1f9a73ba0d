import { type Compiled, compile } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import { UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { completeRows } from "../data/missing.ts";
import { selectColumns } from "../data/table.ts";

/**
 * The rows that are complete in all models, and how many were left out: likelihoods compare on the same rows only. Throws
 * a UsageError where the models do not have one response in common, or counts in one are real numbers in another.
 */
export function commonRows(
  models: readonly ModelDeclaration[],
  table: Table,
): { readonly table: Table; readonly dropped: number } {
  const used = new Set(models.flatMap((model) => [...compile(model, table).table.columns.keys()]));
  const common = completeRows(selectColumns(table, [...used]), [...used]);
  const compiled = models.map((model) => compile(model, common.table));
  const [first, ...others] = compiled;
  const other = others.find((one) => !sameResponse(first!, one));
  if (other !== undefined) {
    throw new UsageError(
      "the models must have the same response, for their likelihoods to be of the same thing; got " +
        `${described(first!)} and ${described(other)}; compare them one response at a time`,
    );
  }
  return common;
}

const described = ({ model: { experts } }: Compiled): string =>
  `"${experts.formula}" (${experts.family})`;

function sameResponse({ target: { expert: a } }: Compiled, { target: { expert: b } }: Compiled) {
  return (a.response ?? "real") === (b.response ?? "real") && a.y.every((y, i) => y === b.y[i]);
}
