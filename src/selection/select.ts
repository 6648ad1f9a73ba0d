import { count as counted, sentence } from "../../diagnostics/findings/wording.ts";
import { compile } from "../../models/compile.ts";
import { poisson } from "../../models/poisson.ts";
import { analyze } from "../analysis/analyze.ts";
import { countAnalysis } from "../analysis/count.ts";
import { refit } from "../analysis/fitted.ts";
import type { Table } from "../core/data.ts";
import { UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { Run } from "../core/run.ts";
import type { OneCount, SelectionInput } from "../report/selection-input.ts";
import { posteriorByEvidence } from "./best-evidence.ts";
import { withDifferences } from "./differences.ts";
import { evidenceOfCounts } from "./evidence-of-counts.ts";
import { selectionFindings } from "./findings.ts";
import { formulaText } from "./formula-text.ts";
import { type Maxima, maximaOfCounts } from "./maxima.ts";
import { type CountFit, fitCount, merged } from "./one-count.ts";
import type { SelectOptions } from "./options.ts";
import { underPriors } from "./priors.ts";
import { mustGoOn, runOf } from "./runs.ts";
import { type SelectionSummary, selectionSummary } from "./summary.ts";
import { selectionVerdict } from "./verdict.ts";

/** The number of experts by every route, side by side. */
export interface Selection {
  readonly ok: boolean;
  readonly verdict: string;
  readonly summary: SelectionSummary;
  /** What the page shows. */
  readonly input: SelectionInput;
  /** With a random number of experts. */
  readonly run: Run;
}

const DEFAULT_MAX = 8;

/**
 * How many experts the data ask for: the posterior of K under several priors, the evidence of each K by two routes, PSIS-LOO, WAIC,
 * a variational bound, AIC, BIC and ICL of each K, and what is left of the draws with the most experts when those alike are merged. A
 * number of experts in the model is replaced by a prior on it.
 */
export async function select(
  model: ModelDeclaration,
  table: Table,
  options: SelectOptions = {},
): Promise<Selection> {
  const { seed = 1, onStage = () => undefined } = options;
  const random = withPrior(model, options.max);
  const max = (random.components as { readonly max: number }).max;
  // What does not fit is told before anything is computed.
  compile(random, table);
  onStage(`a random number of experts, at most ${max}`);
  const run = await runOf(random, table, "run", options);
  const fits: CountFit[] = [];
  for (let K = 1; K <= max; K++) {
    onStage(`${K} of ${max} experts`);
    fits.push(await fitCount(random, table, K, options));
  }
  onStage(`the evidence of 1 to ${max} experts`);
  const evidence = await evidenceOfCounts(random, table, max, knownByDraws(fits), options);
  mustGoOn(options.signal, options.out);
  onStage(`the maximum of the likelihood with 1 to ${max} experts`);
  const maxima = await maximaOfCounts(random, table, max, options);
  onStage("the verdict");
  return conclude(run, table, { fits, evidence, maxima, seed, max });
}

/** The numbers of experts whose evidence the draws have told. */
const knownByDraws = (fits: readonly CountFit[]): ReadonlySet<number> =>
  new Set(
    fits.flatMap(({ count: { components, evidenceOfDraws } }) =>
      evidenceOfDraws === undefined || evidenceOfDraws.unreliable !== undefined ? [] : [components],
    ),
  );

interface Parts {
  readonly fits: readonly CountFit[];
  readonly evidence: Awaited<ReturnType<typeof evidenceOfCounts>>;
  readonly maxima: Maxima;
  readonly seed: number;
  readonly max: number;
}

function conclude(run: Run, table: Table, { fits, evidence, maxima, seed, max }: Parts): Selection {
  const analysis = analyze(run, table);
  const fitted = refit(run, table);
  const count = countAnalysis(fitted)!;
  const counts = withDifferences(fits).map(
    (one): OneCount => ({
      ...one,
      ...given("logEvidence", evidence.of(one.components)),
      ...given("maximum", maxima.of(one.components)),
    }),
  );
  const priors = underPriors(run.model, fitted.draws, count).map((under) => ({
    ...under,
    ...given("fromEvidence", posteriorByEvidence(counts, under.priorProbability)),
  }));
  const own = selectionFindings(priors, counts).map((finding) => ({
    ...finding,
    message: sentence(finding.message),
  }));
  const findings = [...own, ...maxima.findings, ...analysis.findings].sort(
    (a, b) => Number(a.severity === "note") - Number(b.severity === "note"),
  );
  const ok = findings.every(({ severity }) => severity === "note");
  const input: SelectionInput = {
    title: `How many experts? ${formulaText(run.model)}`,
    subtitle: `${run.data.source} · ${counted(run.data.rows, "row")} · seed ${run.settings.seed} · moebius ${run.version}`,
    ok,
    verdict: selectionVerdict(priors, counts, ok),
    findings,
    max,
    priors,
    counts,
    ...merged(fits.at(-1)!.fitted, seed),
  };
  return { ok, verdict: input.verdict, summary: selectionSummary(input, run), input, run };
}

/** The model with a prior on the number of experts. */
function withPrior(model: ModelDeclaration, max: number | undefined): ModelDeclaration {
  if (typeof model.components !== "number") {
    if (max === undefined || max === model.components.max) return model;
    throw new UsageError(
      `the prior on the number of experts says ${model.components.max} at most, \`max\` ${max}; say it once`,
    );
  }
  if (max !== undefined && !(Number.isSafeInteger(max) && max >= 2)) {
    throw new UsageError(`\`max\` must be a whole number ≥ 2; got ${max}`, { max });
  }
  return { ...model, components: poisson(1, { max: max ?? DEFAULT_MAX }) };
}

/** The entry, unless there is nothing in it. */
function given<K extends string, T>(key: K, value: T | undefined) {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: T };
}
