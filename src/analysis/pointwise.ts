import type { Column, Table } from "../core/data.ts";
import { evenDraws, pointwiseLogLikelihood } from "../core/posterior.ts";
import type { Run } from "../core/run.ts";
import { row } from "../math/matrix.ts";
import { refit } from "./fitted.ts";

/**
 * Log-likelihood of every row under every draw, allocations summed out: a row a draw with the columns `.chain`,
 * `.iteration` and `log_lik[i]`, as R's loo and posterior read it. Takes 8 · n · S bytes.
 */
export function pointwiseTable(run: Run, table: Table): Table {
  const { target, draws } = refit(run, table);
  const picks = evenDraws(draws, Number.POSITIVE_INFINITY);
  const pointwise = pointwiseLogLikelihood(target, draws, picks);
  const numeric = (values: Float64Array): Column => ({ kind: "numeric", values });
  const columns = new Map<string, Column>([
    [".chain", numeric(Float64Array.from(picks, (pick) => draws.chains[pick.chain]!.chain))],
    [".iteration", numeric(Float64Array.from(picks, ({ iteration }) => iteration + 1))],
  ]);
  for (let i = 0; i < target.n; i++) columns.set(`log_lik[${i + 1}]`, numeric(row(pointwise, i)));
  return { rows: picks.length, columns };
}
