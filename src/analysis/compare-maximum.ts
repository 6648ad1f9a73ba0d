import type { Table } from "../core/data.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { Run } from "../core/run.ts";
import { readText } from "../run/files.ts";
import { openRun } from "../run/open-run.ts";
import { openRunFolder } from "../run/store.ts";
import { countAnalysis } from "./count.ts";
import { refit } from "./fitted.ts";
import { type MaximizeOptions, maximize } from "./maximize.ts";
import type { Maximum, MaximumSummary } from "./maximum.ts";

/** What a comparison needs to know of a maximum. */
export interface ComparedMaximum extends Pick<Maximum, "state" | "run" | "fitted"> {
  readonly summary: Pick<
    MaximumSummary,
    "logLikelihood" | "df" | "components" | "standardErrors" | "problems"
  >;
  /** Absent where it was not kept. */
  readonly settings?: Pick<Maximum["settings"], "priorWeight">;
}

/** Maximizes the model of a run on its data; of a random number of experts, with the likeliest. */
export function maximizeRun(
  run: Run,
  table: Table,
  options: MaximizeOptions = {},
): Promise<Maximum> {
  const components = countAnalysis(refit(run, table))?.mode;
  return maximize(run.model, table, {
    ...options,
    source: run.data.source,
    ...(components === undefined ? {} : { components }),
  });
}

/** Reads a maximum that `moebius em --out` has kept. Throws a UsageError where the folder holds none. */
export function openMaximum(path: string): ComparedMaximum {
  const { run, table } = openRun(path);
  if (run.settings.sampler !== "em") {
    throw new UsageError(
      `the folder must hold a maximum; ${path} holds draws of a posterior; name one that \`moebius em --out\` has made`,
      { path },
    );
  }
  const state = openRunFolder(path).checkpoint(1)?.state;
  if (state === undefined) {
    throw new DataError(
      `the maximum in ${path} must be complete; its state is missing; maximize again`,
    );
  }
  const fitted = refit(run, table);
  return { state, run, fitted, summary: readSummary(path, fitted.target.capacity) };
}

function readSummary(path: string, components: number): MaximumSummary {
  const file = `${path}/em.json`;
  const found: unknown = parsed(readText(file), file);
  const summary = found as MaximumSummary;
  if (
    !Array.isArray(summary?.components) ||
    summary.components.length !== components ||
    !Number.isFinite(summary.logLikelihood)
  ) {
    throw new DataError(
      `em.json must hold ${components} components and a log-likelihood; that in ${path} does not; maximize again`,
    );
  }
  return summary;
}

function parsed(text: string | undefined, file: string): unknown {
  if (text === undefined) throw new DataError(`${file} must be there; it is not; maximize again`);
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(`${file} must be JSON; it is not; maximize again`);
  }
}

/** Throws a UsageError where run and maximum are not of the same data, the same formulas and as many experts. */
export function checkSame(run: Run, components: number, maximum: ComparedMaximum): void {
  const other = maximum.run;
  const differ = (what: string, a: unknown, b: unknown): void => {
    if (a === b) return;
    throw new UsageError(
      `run and maximum must have the same ${what}; found ${a} and ${b}; maximize the model of the run on its data`,
    );
  };
  differ("family of experts", run.model.experts.family, other.model.experts.family);
  differ("formula of the experts", run.model.experts.formula, other.model.experts.formula);
  differ("gate", gateOf(run.model), gateOf(other.model));
  differ("number of experts", components, maximum.fitted.target.capacity);
  differ("data (sha256)", run.data.sha256, other.data.sha256);
}

const gateOf = ({ gate }: ModelDeclaration): string =>
  gate.kind === "softmax" ? `softmax ${gate.formula}` : gate.kind;
