import { type ComponentSummary, componentSummary } from "../../diagnostics/component-summary.ts";
import { applyRelabelling } from "../../diagnostics/relabel/apply.ts";
import { relabel } from "../../diagnostics/relabel/relabel.ts";
import type { Table } from "../core/data.ts";
import type { LabelledDraws } from "../core/draws.ts";
import type { Run } from "../core/run.ts";
import { rowsOf } from "../math/matrix.ts";
import { type Fitted, refit, someRows } from "./fitted.ts";

/** What is known of the components: nothing but why, where the draws do not agree which is which. */
export interface Labelling {
  readonly method: string;
  readonly loss: number;
  readonly refused?: string;
  readonly labelled?: LabelledDraws;
  readonly components: readonly ComponentSummary[];
}

const MOST_ROWS = 500;

/** How components are named and shown. */
export interface LabelOptions {
  /** "stephens" (default), "ecr" or "pivot". */
  readonly relabelling?: string;
  /** The component (1-based) whose gate coefficients are zero in reports; absent: gate rows are centred. */
  readonly gateReference?: number;
}

/** Relabels the draws and summarises the components, if labels can be trusted. */
export function labelComponents(
  { compiled, draws, target, over }: Fitted,
  { relabelling, gateReference }: LabelOptions,
): Labelling {
  const { table, rows } = someRows(compiled.table, MOST_ROWS);
  const found = relabel(over(table), draws, {
    features: rowsOf(compiled.target.features, rows),
    ...(relabelling === undefined ? {} : { method: relabelling }),
  });
  const { method, loss, refused } = found;
  if (refused !== undefined) return { method, loss, refused, components: [] };
  const labelled = applyRelabelling(draws, target, found.permutations, gateReference);
  return { method, loss, labelled, components: componentSummary(labelled, target) };
}

/**
 * The draws of a run with labels that mean the same in each: what component-wise predictions need. Undefined where
 * the draws do not agree which component is which.
 */
export function labelledDraws(
  run: Run,
  table: Table,
  options: LabelOptions = {},
): LabelledDraws | undefined {
  return labelComponents(refit(run, table), options).labelled;
}
