import { check } from "../../diagnostics/check.ts";
import { unsettled } from "../../diagnostics/findings/unsettled.ts";
import { sentence } from "../../diagnostics/findings/wording.ts";
import { summarize } from "../../diagnostics/summarize.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { Draws, LabelledDraws } from "../core/draws.ts";
import { SamplerError } from "../core/errors.ts";
import type { ChainReport, Run } from "../core/run.ts";
import { rowNumber } from "../data/table.ts";
import type { ReportInput } from "../report/input.ts";
import { version } from "../run/version.ts";
import { atLikeliest } from "./conditional.ts";
import { countAnalysis } from "./count.ts";
import { evidence, predictiveAccuracy } from "./evidence.ts";
import { type Fitted, invariants, refit } from "./fitted.ts";
import { type LabelOptions, labelComponents } from "./labels.ts";
import { foreignReport, runReport } from "./report-input.ts";
import { countSummary, elpdSummary, messages, type Summary } from "./summary.ts";
import { verdictSentence } from "./verdict.ts";

/** Everything that can be said of a posterior: whether to trust it, and what it says. */
export interface Analysis {
  readonly ok: boolean;
  /** One sentence in plain words. */
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly summary: Summary;
  /** What a report shows. */
  readonly input: ReportInput;
  /** The draws with labels that mean the same in each; absent where relabelling was refused. */
  readonly labelled?: LabelledDraws;
}

/**
 * Diagnoses and summarises a run. table: the data it was made from.
 * Throws a SamplerError when no chain has draws, a DataError when the table does not fit the model.
 */
export function analyze(run: Run, table: Table, options: LabelOptions = {}): Analysis {
  const fitted = refit(run, table);
  if (fitted.draws.chains.length === 0) {
    throw new SamplerError("at least one chain must have draws; none has; continue the run");
  }
  const variables = summarize(fitted.draws, invariants(fitted));
  const count = countAnalysis(fitted);
  const at = atLikeliest(fitted, count);
  const labelling = labelComponents(at, options, variables, count);
  const accuracy = predictiveAccuracy(fitted);
  const { findings, verdict } = check({
    draws: fitted.draws,
    variables,
    chains: run.chains,
    seed: run.settings.seed,
    data: run.data,
    relabelling: labelling,
    ...evidence(at),
    ...(count === undefined ? {} : { count }),
    ...(accuracy === undefined
      ? {}
      : { loo: { ...accuracy.loo, rowNumbers: numbersOfRows(fitted, accuracy.rows) } }),
  });
  const { method, loss, refused } = labelling;
  const relabelling = { method, loss, ...(refused === undefined ? {} : { refused }) };
  const summary: Summary = {
    verdict,
    problems: messages(findings, "problem"),
    notes: messages(findings, "note"),
    variables,
    components: labelling.components,
    relabelling,
    ...(accuracy === undefined
      ? {}
      : { elpd: elpdSummary(accuracy, unsettledNote(variables, fitted.draws)) }),
    ...(count === undefined ? {} : countSummary(count)),
    acceptance: acceptanceRates(run.chains),
    timing: { seconds: run.seconds, chains: run.chains.map(({ seconds }) => seconds) },
    seed: run.settings.seed,
    version: run.version,
  };
  const head = { ok: verdict === "ok", verdict: verdictSentence(findings), findings };
  return {
    ...head,
    summary,
    input: runReport({ fitted, at, count, labelling, accuracy, variables, ...head }),
    ...(labelling.labelled === undefined ? {} : { labelled: labelling.labelled }),
  };
}

/** Diagnoses draws that other software made: all variables, no model. */
export function analyzeDraws(draws: Draws): Analysis {
  const variables = summarize(draws);
  const { findings, verdict } = check({ draws, variables });
  const head = { ok: verdict === "ok", verdict: verdictSentence(findings), findings };
  const summary: Summary = {
    verdict,
    problems: messages(findings, "problem"),
    notes: messages(findings, "note"),
    variables,
    version,
  };
  return { ...head, summary, input: foreignReport({ draws, variables, ...head }) };
}

/** Why sums over rows and draws say nothing, where chains are apart. */
function unsettledNote(variables: Summary["variables"], draws: Draws): string | undefined {
  const why = unsettled(variables, draws.chains.length);
  return why && sentence(`not to be trusted: ${why}`);
}

/** What the rows are called in the table that the user gave. */
function numbersOfRows({ compiled: { table } }: Fitted, rows: Int32Array): Int32Array {
  return rows.map((i) => rowNumber(table, i));
}

/** Accepted share of each move that proposes, over all chains. */
function acceptanceRates(chains: readonly ChainReport[]): Record<string, number> {
  const moves = new Set(chains.flatMap(({ acceptance }) => Object.keys(acceptance)));
  const rates: Record<string, number> = {};
  for (const move of moves) {
    const tallies = chains.flatMap(({ acceptance }) => acceptance[move] ?? []);
    const proposed = tallies.reduce((total, tally) => total + tally.proposed, 0);
    const accepted = tallies.reduce((total, tally) => total + tally.accepted, 0);
    if (proposed > 0) rates[move] = accepted / proposed;
  }
  return rates;
}
