import { availableParallelism } from "node:os";
import { compileVarying } from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { StoppedError, UsageError } from "../core/errors.ts";
import type { VaryingFunction, VaryingInput } from "../report/varying-input.ts";
import { sha256Of } from "../run/fingerprint.ts";
import type { VaryingFit, VaryingOptions } from "../run/varying-fit.ts";
import { fitVarying } from "./varying.ts";
import { type BandwidthChoice, chooseBandwidth } from "./varying-bandwidth.ts";
import { varyingPage } from "./varying-page.ts";
import { type VaryingSummary, varyingSummary } from "./varying-summary.ts";

export interface VaryingStudyOptions extends Omit<VaryingOptions, "grid"> {
  /** How many points, or the points, on the index scaled to 0 … 1. */
  readonly grid?: number | readonly number[];
  /** Threads at most; no number depends on it. */
  readonly workers?: number | undefined;
  /** Where the rows come from, in words, and the command that asks for this. */
  readonly source?: string;
  readonly command?: string | undefined;
  /** Told how far the work at hand has come. */
  readonly progress?: ((done: number, total: number, what: string) => void) | undefined;
  /** Once aborted, a StoppedError is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** A fit with everything that was asked for beside it, as JSON and as a page. */
export interface VaryingStudy {
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly fit: VaryingFit;
  readonly summary: VaryingSummary;
  readonly input: VaryingInput;
}

/**
 * Chooses a bandwidth where none is given, fits, and says all that is to be said. Throws a ModelError, DataError or
 * UsageError that names what does not fit.
 */
export async function studyVarying(
  model: VaryingModel,
  table: Table,
  options: VaryingStudyOptions = {},
): Promise<VaryingStudy> {
  const { source = "data in memory", workers = availableParallelism() } = options;
  const compiled = compileVarying(model, table, options.penalty ?? {});
  const { index } = compiled.scales;
  const { progress: told, grid: unit, command, signal, ...rest } = options;
  const fitting = { ...rest, ...(unit === undefined ? {} : { grid: inUnitsOf(index, unit) }) };
  const stop = (): void => {
    if (signal?.aborted) throw new StoppedError("the fit was stopped before its end");
  };
  const progress = (what: string) => (done: number, total: number) => told?.(done, total, what);
  const choice = await bandwidthFor(
    model,
    table,
    {
      ...{ ...fitting, workers, signal },
      progress: progress("fits without a fold"),
    },
    stop,
  );
  const chosen = choice === undefined ? {} : { bandwidth: choice.bandwidth };
  const { fit, findings: ofFit } = fitVarying(model, table, { ...fitting, ...chosen });
  const findings = problemsFirst([...(choice?.findings ?? []), ...ofFit]);
  const functions = fit.curves.map(
    ({ component, part, term, varies, value }): VaryingFunction => ({
      ...{ component, part, term, varies },
      estimate: value,
    }),
  );
  const { table: complete, dropped } = compiled;
  const data = { source, rows: complete.rows, dropped, sha256: sha256Of(complete) };
  const ok = findings.every(({ severity }) => severity !== "problem");
  const conclusion = verdictOf(findings);
  const known = { functions, findings, conclusion, choice, data, ok, command };
  return {
    ...{ ok, verdict: conclusion, findings, fit },
    summary: varyingSummary(fit, known),
    input: varyingPage(compiled, fit, known),
  };
}

async function bandwidthFor(
  model: VaryingModel,
  table: Table,
  options: Parameters<typeof chooseBandwidth>[2] & Pick<VaryingOptions, "bandwidth">,
  stop: () => void,
): Promise<BandwidthChoice | undefined> {
  if (options.bandwidth !== undefined) return undefined;
  try {
    return await chooseBandwidth(model, table, options);
  } finally {
    stop();
  }
}

/** Grid points that `fitVarying` takes. */
function inUnitsOf(
  { low, high }: { readonly low: number; readonly high: number },
  grid: number | readonly number[],
): number | readonly number[] {
  if (typeof grid === "number") return grid;
  const bad = grid.find((u) => !(u >= 0 && u <= 1));
  if (bad !== undefined || grid.length === 0) {
    throw new UsageError(
      `\`grid\` must be points from 0 to 1, the index scaled by its range; got ${bad ?? "none"}`,
    );
  }
  return grid.map((u) => Math.min(high, low + u * (high - low)));
}

const problemsFirst = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => Number(a.severity === "note") - Number(b.severity === "note"));

const OK = "No problems found: the functions can be read as they stand.";

function verdictOf(findings: readonly Finding[]): string {
  const problems = findings.filter(({ severity }) => severity === "problem");
  if (problems.length === 0) return OK;
  const codes = [...new Set(problems.map(({ code }) => code.replaceAll("-", " ")))].join(", ");
  const number = problems.length === 1 ? "One problem" : `${problems.length} problems`;
  return `${number} found: ${codes}. Read before you trust these functions.`;
}
