import { count } from "../../diagnostics/findings/wording.ts";
import { applyRelabelling } from "../../diagnostics/relabel/apply.ts";
import type { Band, ComparisonInput, ReportInput } from "../report/input.ts";
import { curves } from "../run/curves.ts";
import type { Aligned } from "./compare-align.ts";
import type { ComparedMaximum } from "./compare-maximum.ts";
import type { Fitted } from "./fitted.ts";

/** Where predictive means differ most along the main covariate. */
export interface PredictiveDistance {
  readonly covariate: string;
  readonly at: number;
  readonly posterior: number;
  readonly maximum: number;
  /** Their difference, in half-widths of the posterior's 90% interval of a new observation. */
  readonly difference: number;
}

/** Both sides' predictions over the main covariate. */
export interface Pictures {
  readonly distance: PredictiveDistance | null;
  readonly maximum?: Band;
}

/** Predicts from the maximum where the run's report predicts from the posterior. */
export function predictiveDistance(
  { compiled, target }: Fitted,
  maximum: ComparedMaximum,
  aligned: Aligned | undefined,
  { curves: posterior }: ReportInput,
): Pictures {
  if (posterior === undefined) return { distance: null };
  const K = maximum.fitted.target.capacity;
  const same = Int32Array.from({ length: K }, (_, k) => k);
  const draws = aligned?.draws ?? applyRelabelling(maximum.run.draws, maximum.fitted.target, same);
  const { predictive } = curves(maximum.fitted.compiled, draws, compiled.table) ?? {};
  if (predictive === undefined || target.n === 0) return { distance: null };
  const { grid, x, predictive: own } = posterior;
  let distance: PredictiveDistance | null = null;
  let largest = -1;
  for (let i = 0; i < grid.length; i++) {
    const half = (own.upper[i]! - own.lower[i]!) / 2;
    const difference = (predictive.mean[i]! - own.mean[i]!) / half;
    if (!(Math.abs(difference) > largest)) continue;
    largest = Math.abs(difference);
    const [mean, other] = [own.mean[i]!, predictive.mean[i]!];
    distance = { covariate: x, at: grid[i]!, posterior: mean, maximum: other, difference };
  }
  return { distance, maximum: predictive };
}

/** What a page on both shows. */
export function comparisonPage(
  { run }: Fitted,
  found: Omit<ComparisonInput, "title" | "subtitle">,
  { curves: over, points }: ReportInput,
  { maximum }: Pictures,
): ComparisonInput {
  const { data, settings, version, model } = run;
  return {
    ...found,
    title: `Posterior and maximum likelihood: ${model.experts.formula}`,
    subtitle: `${data.source} · ${count(data.rows, "row")} · seed ${settings.seed} · moebius ${version}`,
    ...(over === undefined ? {} : { curves: over }),
    ...(maximum === undefined ? {} : { predictive: maximum }),
    ...(points === undefined ? {} : { points }),
  };
}
