import { type ComponentSummary, componentSummary } from "../../diagnostics/component-summary.ts";
import { unsettled } from "../../diagnostics/findings/unsettled.ts";
import { applyRelabelling } from "../../diagnostics/relabel/apply.ts";
import { relabel } from "../../diagnostics/relabel/relabel.ts";
import { summarize, type VariableSummary } from "../../diagnostics/summarize.ts";
import type { Table } from "../core/data.ts";
import type { Draws, LabelledDraws } from "../core/draws.ts";
import type { Run } from "../core/run.ts";
import { rowsOf } from "../math/matrix.ts";
import { atLikeliest } from "./conditional.ts";
import { type CountAnalysis, countAnalysis } from "./count.ts";
import { type Fitted, invariants, refit, someRows } from "./fitted.ts";

/** What is known of the components: nothing but why, where the draws do not agree which is which. */
export interface Labelling {
  readonly method: string;
  readonly loss: number;
  readonly refused?: string;
  readonly labelled?: LabelledDraws;
  readonly components: readonly ComponentSummary[];
}

const MOST_ROWS = 500;
/** Fewer draws with the likeliest number of experts tell too little of these. */
const FEWEST_GIVEN = 100;

/** How components are named and shown. */
export interface LabelOptions {
  /** "stephens" (default), "ecr" or "pivot". */
  readonly relabelling?: string;
  /** The component (1-based) whose gate coefficients are zero in reports; absent: gate rows are centred. */
  readonly gateReference?: number;
}

/**
 * Relabels the draws and summarises the components, if chains are in one place and labels can be
 * trusted. variables: the summaries of those that do not depend on labels; count: where the number of experts is random,
 * and the draws are those that have the likeliest.
 */
export function labelComponents(
  { compiled, draws, target, over }: Fitted,
  { relabelling, gateReference }: LabelOptions,
  variables: readonly VariableSummary[],
  count?: CountAnalysis,
): Labelling {
  const { table, rows } = someRows(compiled.table, MOST_ROWS);
  const found = relabel(over(table), draws, {
    features: rowsOf(compiled.target.features, rows),
    ...(relabelling === undefined ? {} : { method: relabelling }),
  });
  const { method, loss } = found;
  const refused =
    chainsApart(variables, draws.chains.length) ?? tooFewGiven(draws, count) ?? found.refused;
  if (refused !== undefined) return { method, loss, refused, components: [] };
  const labelled = applyRelabelling(draws, target, found.permutations, gateReference);
  return { method, loss, labelled, components: componentSummary(labelled, target) };
}

/** Labels that mean the same in two modes do not make the mean over both mean anything. */
function chainsApart(variables: readonly VariableSummary[], chains: number): string | undefined {
  const why = unsettled(variables, chains);
  if (why === undefined) return undefined;
  return (
    `Component means are not reported: ${why}, in different modes or still on the way to one; ` +
    "means over all draws would describe none."
  );
}

function tooFewGiven({ chains }: Draws, count: CountAnalysis | undefined): string | undefined {
  const draws = chains.reduce((total, { iterations }) => total + iterations, 0);
  if (count === undefined || draws >= FEWEST_GIVEN) return undefined;
  return (
    `Component means are not reported: they are of the draws with the likeliest number of experts, ${count.mode}, ` +
    `and only ${draws} ${draws === 1 ? "has" : "have"} it, of ${FEWEST_GIVEN} that are needed; draw more.`
  );
}

/**
 * The draws of a run with labels that mean the same in each: what component-wise predictions need. Undefined where
 * chains are in different places, or the draws do not agree which component is which. With a random number of
 * components, of those draws that have the likeliest number.
 */
export function labelledDraws(
  run: Run,
  table: Table,
  options: LabelOptions = {},
): LabelledDraws | undefined {
  const fitted = refit(run, table);
  const count = countAnalysis(fitted);
  const at = atLikeliest(fitted, count);
  return labelComponents(at, options, summarize(fitted.draws, invariants(fitted)), count).labelled;
}
