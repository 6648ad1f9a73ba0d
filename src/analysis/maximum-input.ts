import { count } from "../../diagnostics/findings/wording.ts";
import { fitSummary, informationCriteria } from "../../diagnostics/information-criteria.ts";
import { applyRelabelling } from "../../diagnostics/relabel/apply.ts";
import { formatFixed, formatNumber } from "../report/format-number.ts";
import type { MaximumInput } from "../report/maximum-input.ts";
import { curvePoints, curves } from "../run/curves.ts";
import { someRows } from "./fitted.ts";
import type { Maximum } from "./maximum.ts";
import type { ErrorKind, SummaryErrors } from "./maximum-errors.ts";

/** Rows that pictures look at. */
const MOST_ROWS = 2000;

/** What the page on a maximum shows. */
export function maximumInput(maximum: Maximum): MaximumInput {
  const { fitted, state, run, summary, ok, verdict, findings } = maximum;
  const { target } = fitted.compiled;
  const { logLikelihood, df, iterations, gradientNorm, components, census, comparedRows, rows } =
    summary;
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
    errors: errorsInWords(summary.standardErrors),
    ...intervalsInWords(summary.standardErrors),
    ...nextTestInWords(summary),
    census,
    comparedRows,
    rows,
    ...pictures(maximum),
  };
}

const WORDS: Readonly<Record<ErrorKind, string>> = {
  observed: "from the observed information (second derivatives of the log-likelihood)",
  sandwich: "sandwich, right also where the model is not",
  parametric: "sds of fits to responses simulated at the maximum",
  weighted: "sds of fits to randomly weighted rows, right also where the model is not",
  profile: "from the observed information (second derivatives of the log-likelihood)",
};

function errorsInWords({ kind, missing, replicates, failures }: SummaryErrors): string {
  if (missing !== undefined) return `There are no standard errors: ${missing}.`;
  if (replicates === undefined || failures === undefined) return `Standard errors: ${WORDS[kind]}.`;
  const { failed, degenerate, notConverged } = failures;
  const told = [
    ...(failed > 0 ? [`EM failed in ${failed}, which are left out`] : []),
    ...(degenerate > 0 ? [`an expert collapsed in ${degenerate}, which are left out`] : []),
    ...(notConverged > 0 ? [`EM has not converged in ${notConverged}, which are kept`] : []),
  ];
  const all = told.length === 0 ? "all of which converged" : `of these, ${told.join("; ")}`;
  return `Standard errors: ${WORDS[kind]}; ${replicates} replicates, ${all}.`;
}

function intervalsInWords({ kind, level, missing }: SummaryErrors): { intervals?: string } {
  if (missing !== undefined) return {};
  const name =
    kind === "profile"
      ? "profile likelihood"
      : kind === "parametric" || kind === "weighted"
        ? "percentile"
        : "Wald";
  return { intervals: `${formatNumber(100 * level)}% intervals (${name})` };
}

function nextTestInWords({ nextTest, components }: Maximum["summary"]): { nextTest?: string } {
  if (nextTest === null) return {};
  const { statistic, pValue, replicates, failures } = nextTest;
  const K = components.length;
  const left =
    failures === 0
      ? ""
      : `, ${failures} of them without a regular maximum, counted as evidence for ${K}`;
  return {
    nextTest:
      `${count(K, "expert")} against ${K + 1}: likelihood-ratio statistic ${formatFixed(statistic, 3)}, ` +
      `p = ${formatNumber(pValue)} by ${count(replicates, "data set")} simulated with ${K}${left}. ` +
      "Of this statistic χ² is not the distribution.",
  };
}

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
