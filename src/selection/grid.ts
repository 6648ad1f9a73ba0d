import { count } from "../../diagnostics/findings/wording.ts";
import { informationCriteria } from "../../diagnostics/information-criteria.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { CrossValidated, GridInput, GridModel, ModelName } from "../report/grid-input.ts";
import { version } from "../run/version.ts";
import { commonRows } from "./common-rows.ts";
import { bestBy, criteriaOf, crossValidated } from "./criteria.ts";
import { checkFolds, foldsOf, sumOverRows } from "./cross-validation.ts";
import { formulaText } from "./formula-text.ts";
import { gridFindings } from "./grid-findings.ts";
import { type GridFit, gridFits } from "./grid-fits.ts";
import type { GridOptions } from "./grid-options.ts";
import { gridVerdict } from "./grid-verdict.ts";

/** What `grid --json` prints. */
export interface GridSummary {
  readonly verdict: "ok" | "problems";
  readonly conclusion: string;
  readonly rows: number;
  readonly models: readonly GridModel[];
  readonly criteria: GridInput["criteria"];
  readonly best: Readonly<Record<string, ModelName>>;
  readonly folds: number;
  readonly findings: readonly Finding[];
  readonly problems: readonly Pick<Finding, "code" | "message">[];
  readonly seed: number;
  readonly version: string;
}

/** Several models at several numbers of experts, each at its maximum. */
export interface Grid {
  readonly ok: boolean;
  readonly verdict: string;
  readonly summary: GridSummary;
  /** What the page shows. */
  readonly input: GridInput;
  /** Held-out log p(y | x) row by row, in the order of `summary.models`; empty without cross-validation. */
  readonly heldOut: readonly Float64Array[];
}

/** Options with every default. */
interface Given extends GridOptions {
  readonly components: readonly number[];
  readonly folds: number;
  readonly starts: number;
  readonly seed: number;
  readonly source: string;
}

const DEFAULTS = { components: [1, 2, 3, 4], folds: 10, starts: 20, seed: 1, source: "table" };

/**
 * The maximum likelihood of every model (whatever its own number of experts) with every number of experts, on the rows
 * complete in all of them, with information criteria and held-out log-likelihoods. A model starts also from what those it
 * contains have reached, so that it is never below them. Throws a UsageError for options that cannot be, or models of
 * different responses.
 */
export async function maximizeGrid(
  models: readonly ModelDeclaration[],
  table: Table,
  options: GridOptions = {},
): Promise<Grid> {
  const given: Given = { ...DEFAULTS, ...options };
  checkOptions(models, given);
  const declared = models.map((model) => ({ ...model, components: 1 }));
  const { table: rows, dropped } = commonRows(declared, table);
  const folds = given.folds === 0 ? [] : foldsOf(rows.rows, given.folds, given.seed);
  for (const model of declared) checkFolds(model, rows, folds);
  const { starts } = given;
  const foldStarts = options.foldStarts ?? Math.ceil(starts / 4);
  const fits = await gridFits(declared, rows, folds, { ...given, starts, foldStarts });
  return describe(fits, rows.rows, dropped, given);
}

function describe(
  fits: readonly GridFit[],
  rows: number,
  dropped: number,
  { components, folds, seed, source }: Given,
): Grid {
  const shown = fits.filter(({ K }) => components.includes(K));
  const scores = folds === 0 ? undefined : crossValidations(shown);
  const models = shown.map((fit, m): GridModel => {
    const ofOne = fits.find(({ model, K }) => model === fit.model && K === 1)!;
    return {
      formula: formulaText(fit.model),
      components: fit.K,
      ...criteriaOf(fit.whole, ofOne.whole.best.logLikelihood),
      ...(scores === undefined ? {} : { cv: scores[m]! }),
    };
  });
  const criteria = [
    ...informationCriteria.map(({ name, formula, better }) => ({ name, formula, better })),
    ...(folds === 0 ? [] : [crossValidated]),
  ];
  const best = bestBy(criteria, models);
  const findings = gridFindings(shown, models, dropped);
  const problems = findings.filter(({ severity }) => severity === "problem");
  const ok = problems.length === 0;
  const verdict = gridVerdict(best, ok);
  const page = { ok, verdict, findings, models, criteria, best };
  const cv = folds === 0 ? "" : ` · ${folds} folds`;
  return {
    ok,
    verdict,
    summary: {
      verdict: ok ? "ok" : "problems",
      conclusion: verdict,
      rows,
      models,
      criteria,
      best,
      folds,
      findings,
      problems: problems.map(({ code, message }) => ({ code, message })),
      seed,
      version,
    },
    input: {
      title: `${count(models.length, "model")} at their maxima`,
      subtitle: `${source} · ${count(rows, "row")}${cv} · seed ${seed} · moebius ${version}`,
      ...page,
    },
    heldOut: shown.map(({ heldOut }) => heldOut),
  };
}

/** Held-out sums; degenerate models are not what others are compared with while there is a regular one. */
function crossValidations(fits: readonly GridFit[]): CrossValidated[] {
  const sums = fits.map(({ heldOut }) => sumOverRows(heldOut));
  const regular = fits.flatMap(({ whole }, m) => (whole.best.degenerate ? [] : [m]));
  const candidates = regular.length > 0 ? regular : [...fits.keys()];
  const best = candidates.reduce((a, b) => (sums[b]!.value > sums[a]!.value ? b : a));
  return fits.map(({ heldOut, folds }, m) => ({
    ...sums[m]!,
    difference: sumOverRows(heldOut.map((value, i) => value - fits[best]!.heldOut[i]!)),
    degenerateFolds: folds.filter((fold) => fold.best.degenerate).length,
  }));
}

function checkOptions(
  models: readonly ModelDeclaration[],
  { components, folds, starts, foldStarts = 1 }: Given,
): void {
  if (models.length === 0) throw new UsageError("there must be one model at least; got none");
  const whole = (value: number) => Number.isSafeInteger(value) && value >= 1;
  if (components.length === 0 || !components.every(whole)) {
    throw new UsageError(
      `\`components\` must be whole numbers ≥ 1; got ${components.join(", ") || "none"}`,
    );
  }
  const few = Object.entries({ starts, foldStarts }).find(([, value]) => !whole(value));
  if (few !== undefined) {
    throw new UsageError(`\`${few[0]}\` must be a whole number ≥ 1; got ${few[1]}`);
  }
  if (!(Number.isSafeInteger(folds) && folds >= 0 && folds !== 1)) {
    throw new UsageError(`\`folds\` must be 0 (none) or a whole number ≥ 2; got ${folds}`);
  }
}
