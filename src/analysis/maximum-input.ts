import { count } from "../../diagnostics/findings/wording.ts";
import { fitSummary, informationCriteria } from "../../diagnostics/information-criteria.ts";
import { applyRelabelling } from "../../diagnostics/relabel/apply.ts";
import type { MaximumInput } from "../report/maximum-input.ts";
import { curvePoints, curves } from "../run/curves.ts";
import { someRows } from "./fitted.ts";
import type { Maximum } from "./maximum.ts";

/** Rows that pictures look at. */
const MOST_ROWS = 2000;

/** What the page on a maximum shows. */
export function maximumInput(maximum: Maximum): MaximumInput {
  const { fitted, state, run, summary, ok, verdict, findings } = maximum;
  const { target } = fitted.compiled;
  const { logLikelihood, df, iterations, gradientNorm, components, census } = summary;
  const { kind, missing } = summary.standardErrors;
  const fit = fitSummary(target, state);
  const { experts, gate } = run.model;
  const formula =
    gate.kind === "softmax"
      ? `${experts.formula} | ${gate.formula.replace(/^~\s*/, "")}`
      : experts.formula;
  return {
    title: `${count(components.length, "expert")} at the maximum: ${formula}`,
    subtitle: `${run.data.source} · ${count(run.data.rows, "row")} · seed ${run.settings.seed} · moebius ${run.version}`,
    ok,
    verdict,
    findings,
    logLikelihood,
    df,
    iterations,
    gradientNorm,
    criteria: informationCriteria
      .map(({ name, formula: definition, better, value }) => ({
        name,
        formula: definition,
        better,
        value: value(fit),
      }))
      .filter(({ value }) => Number.isFinite(value)),
    components,
    errors:
      missing === undefined
        ? `Standard errors: ${WORDS[kind] ?? kind}.`
        : `There are no standard errors: ${missing}.`,
    census,
    ...pictures(maximum),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  observed: "from the observed information (second derivatives of the log-likelihood)",
  sandwich: "sandwich, right also where the model is not",
};

/** Curves and points over the main covariate, where there is one. */
function pictures({ fitted, run }: Maximum): Pick<MaximumInput, "curves" | "points"> {
  const { compiled, target } = fitted;
  const { draws } = run;
  const order = Int32Array.from({ length: target.capacity }, (_, k) => k);
  const labelled = applyRelabelling(draws, target, order);
  const over = curves(compiled, draws, compiled.table, labelled);
  const { table } = someRows(compiled.table, MOST_ROWS);
  const points = over && curvePoints(compiled, table, over.x, labelled);
  return over === undefined || points === undefined ? {} : { curves: over, points };
}
