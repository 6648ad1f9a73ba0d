import type { Table } from "../core/data.ts";
import type { LabelledDraws } from "../core/draws.ts";
import { logJoint, mixtureScratch, toResponsibilities } from "../core/mixture.ts";
import { type DrawIndex, forEachState } from "../core/posterior.ts";
import type { Target } from "../core/target.ts";
import { type Matrix, matrix } from "../math/matrix.ts";
import { drawnGates } from "./predict-mixture.ts";
import {
  drawsToUse,
  type Fitted,
  rowBlocks,
  summarizeDraws,
  type Uncertain,
  uncertain,
  withComponentsOf,
} from "./predict-rows.ts";

/** Which component a row comes from; one entry a component. */
export interface ComponentPredictions {
  readonly rows: number;
  /** P(component | x). */
  readonly probability: readonly Uncertain[];
  /**
   * P(component | x, y) as a function of the parameters, averaged over their posterior: y tells about the row, not
   * about the parameters. NaN in rows without a response, absent where no row has one.
   */
  readonly probabilityGivenY?: readonly Uncertain[];
}

/** Predicts the component of each row of a table; only from draws whose labels mean the same thing throughout. */
export function predictComponents(
  fitted: Fitted,
  draws: LabelledDraws,
  table: Table,
  options: { readonly draws?: number } = {},
): ComponentPredictions {
  const picks = drawsToUse(draws, options.draws);
  let probability: Uncertain[] = [];
  let givenY: Uncertain[] = [];
  let anyObserved = false;
  for (const { target, from } of rowBlocks(withComponentsOf(fitted, draws), table)) {
    if (from === 0) {
      const each = () => Array.from({ length: target.capacity }, () => uncertain(table.rows));
      probability = each();
      givenY = each();
    }
    anyObserved ||= target.expert.y.some((y) => !Number.isNaN(y));
    writeSummaries(drawnGates(target, draws, picks), from, probability);
    writeSummaries(drawnResponsibilities(target, draws, picks), from, givenY);
  }
  const out = { rows: table.rows, probability };
  return anyObserved ? { ...out, probabilityGivenY: givenY } : out;
}

/** P(component | x, y) of each draw: S matrices K × n. */
function drawnResponsibilities(
  target: Target,
  draws: LabelledDraws,
  picks: readonly DrawIndex[],
): Matrix[] {
  const scratch = mixtureScratch(target);
  const out: Matrix[] = [];
  forEachState(target, draws, picks, (state) => {
    const { rows, columns, data } = toResponsibilities(logJoint(target, state, scratch), scratch);
    out.push(matrix(rows, columns, data.slice()));
  });
  return out;
}

/** Summaries over the draws of each component's row of S matrices K × n. */
function writeSummaries(drawn: readonly Matrix[], from: number, out: readonly Uncertain[]): void {
  const S = drawn.length;
  out.forEach((summary, k) => {
    const n = drawn[0]!.columns;
    const values = matrix(n, S);
    drawn.forEach(({ data }, s) => {
      for (let i = 0; i < n; i++) values.data[i * S + s] = data[k * n + i]!;
    });
    summarizeDraws(values, from, summary);
  });
}
