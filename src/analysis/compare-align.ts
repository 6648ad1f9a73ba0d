import { applyRelabelling } from "../../diagnostics/relabel/apply.ts";
import type { LabelledDraws } from "../core/draws.ts";
import { assign } from "../math/assignment.ts";
import { matrix, type Vector } from "../math/matrix.ts";
import { predictComponents } from "../run/predict-components.ts";
import type { ComparedMaximum } from "./compare-maximum.ts";
import { type Fitted, someRows } from "./fitted.ts";

/** A maximum with the labels of a posterior. */
export interface Aligned {
  /** order[k]: the component of the maximum that is the posterior's component k; 0-based. */
  readonly order: Int32Array;
  /** Mean over rows of what the two sides' probabilities of components have in common: 1 where they agree on every row. */
  readonly agreement: number;
  /** The maximum as one draw. */
  readonly draws: LabelledDraws;
}

const MOST_ROWS = 500;
const DRAWS = 200;

/**
 * Gives the components of a maximum the labels of the posterior: the one-to-one assignment under which most of the
 * probability P(component | x, y) is in common over the rows.
 */
export function align(at: Fitted, labelled: LabelledDraws, maximum: ComparedMaximum): Aligned {
  const { table } = someRows(at.compiled.table, MOST_ROWS);
  const K = at.target.capacity;
  const own = byWeightOrder(maximum, K);
  const of = (fitted: Fitted, draws: LabelledDraws): readonly Vector[] =>
    predictComponents(fitted.compiled, draws, table, { draws: DRAWS }).probabilityGivenY!.map(
      ({ mean }) => mean,
    );
  const posterior = of(at, labelled);
  const other = of(maximum.fitted, own);
  const common = matrix(K, K);
  posterior.forEach((p, k) => {
    other.forEach((q, l) => {
      common.data[k * K + l] = p.reduce((sum, value, i) => sum + Math.min(value, q[i]!), 0);
    });
  });
  const order = new Int32Array(K);
  assign(common, order);
  const shared = order.reduce((sum, l, k) => sum + common.data[k * K + l]!, 0);
  return {
    order,
    agreement: shared / table.rows,
    draws: applyRelabelling(maximum.run.draws, maximum.fitted.target, order),
  };
}

/** The one draw of a maximum in the order of its own components. */
function byWeightOrder({ run, fitted }: ComparedMaximum, K: number): LabelledDraws {
  return applyRelabelling(
    run.draws,
    fitted.target,
    Int32Array.from({ length: K }, (_, k) => k),
  );
}
