import { availableParallelism } from "node:os";
import { type CompiledVarying, compileVarying } from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { VaryingInput } from "../report/varying-input.ts";
import { checkBandwidth } from "../run/check-bandwidth.ts";
import { sha256Of } from "../run/fingerprint.ts";
import type { TaskOptions } from "../run/tasks.ts";
import type { VaryingFit, VaryingOptions } from "../run/varying-fit.ts";
import { fitVarying } from "./varying.ts";
import type { BandOptions, VaryingBands } from "./varying-bands.ts";
import type { VaryingBootstrap } from "./varying-bootstrap.ts";
import { hypothesisOf } from "./varying-hypothesis.ts";
import { varyingPage } from "./varying-page.ts";
import { checkRowsAsked } from "./varying-probability-rows.ts";
import { gridInIndex, settleVarying } from "./varying-settle.ts";
import {
  bandedFunctions,
  bareFunctions,
  type StudiedBands,
  simulatedFunctions,
} from "./varying-study-bands.ts";
import { hypothesisFrom, type NamedTest, testRows, testsOf } from "./varying-study-tests.ts";
import { type VaryingSummary, varyingSummary } from "./varying-summary.ts";

export interface VaryingStudyOptions extends Omit<VaryingOptions, "grid"> {
  /** How many points, or the points, on the index scaled to 0 … 1. */
  readonly grid?: number | readonly number[];
  /** Numbers of components to choose among; the model's unless given. */
  readonly numbers?: readonly number[];
  /** What bands to make; none unless said. */
  readonly bands?: BandsAsked;
  /** Of the bands; 0.95. */
  readonly level?: number;
  /** What to test: see `hypothesisFrom`. */
  readonly tests?: readonly string[];
  /** Simulated responses of each test, and of bands of the kind "bootstrap". */
  readonly replicates?: number;
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

/** By the theory of local likelihood, or "bootstrap": from fits to `replicates` simulated responses. */
export interface BandsAsked extends Pick<BandOptions, "bias" | "draws" | "contrasts" | "at"> {
  readonly kind?: NonNullable<BandOptions["kind"]> | "bootstrap";
}

/** A fit with everything that was asked for beside it, as JSON and as a page. */
export interface VaryingStudy {
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly fit: VaryingFit;
  readonly bands?: VaryingBands | VaryingBootstrap;
  readonly tests: readonly NamedTest[];
  readonly summary: VaryingSummary;
  readonly input: VaryingInput;
}

/**
 * Chooses a bandwidth where none is given, fits, and says all that is asked for. Throws a ModelError, DataError or
 * UsageError that names what does not fit.
 */
export async function studyVarying(
  declared: VaryingModel,
  table: Table,
  options: VaryingStudyOptions = {},
): Promise<VaryingStudy> {
  const { source = "data in memory", workers = availableParallelism(), signal, command } = options;
  const {
    grid,
    bands: wanted,
    tests: asked = [],
    replicates,
    level,
    numbers = [],
    ...rest
  } = options;
  const compiled = compileVarying(declared, table, options.penalty ?? {});
  const { table: complete, dropped, scales } = compiled;
  if (options.bandwidth !== undefined) checkBandwidth(options.bandwidth, scales.index);
  if (wanted?.at !== undefined) checkRowsAsked(scales.designs.gate, wanted.at);
  const most = { ...compiled.problem, components: Math.max(declared.components, ...numbers) };
  for (const text of asked) hypothesisOf(most, hypothesisFrom(text));
  const progress = (what: string) => (done: number, total: number) =>
    options.progress?.(done, total, what);
  const fitting = { ...rest, ...gridInIndex(compiled, grid) };
  const settled = await settleVarying(declared, table, numbers, {
    ...{ ...fitting, workers, signal },
    progress: progress("fits without a fold"),
  });
  const { model, bandwidth, choice, count } = settled;
  const { fit, findings: ofFit } = fitVarying(model, table, { ...fitting, bandwidth });
  const simulating = {
    ...{ workers, signal, progress: progress("simulated responses") },
    ...(replicates === undefined ? {} : { replicates }),
  };
  const fitted = compileVarying(model, table, fit.penalty);
  const studied = await studiedBands(fit, table, fitted, { ...simulating, level, bands: wanted });
  const tests = await testsOf(fit, table, asked, simulating);
  const findings = problemsFirst([
    ...(count?.findings ?? []),
    ...(choice?.findings ?? []),
    ...ofFit,
    ...(studied.bands?.findings ?? []),
    ...tests.flatMap((test) => test.findings),
  ]);
  const data = { source, rows: complete.rows, dropped, sha256: sha256Of(complete) };
  const ok = findings.every(({ severity }) => severity !== "problem");
  const { bands, ...shown } = studied;
  const conclusion = verdictOf(findings);
  const known = { ...shown, findings, choice, count, data, ok, command, conclusion };
  return {
    ...{ ok, verdict: conclusion, findings, fit, tests },
    ...(bands === undefined ? {} : { bands }),
    summary: varyingSummary(fit, { ...known, tests, level: bands?.level }),
    input: varyingPage(fitted, fit, {
      ...known,
      isBandwidthGiven: options.bandwidth !== undefined,
      ...(tests.length === 0 ? {} : { tests: testRows(tests) }),
    }),
  };
}

async function studiedBands(
  fit: VaryingFit,
  table: Table,
  compiled: CompiledVarying,
  {
    bands,
    level = LEVEL,
    ...rest
  }: TaskOptions &
    Pick<VaryingStudyOptions, "replicates"> & {
      readonly bands: BandsAsked | undefined;
      readonly level: number | undefined;
    },
): Promise<StudiedBands> {
  if (bands === undefined) return bareFunctions(fit, compiled);
  const { kind, ...other } = bands;
  if (kind === "bootstrap") return simulatedFunctions(fit, table, compiled, { ...rest, level });
  const chosen = kind === undefined ? {} : { kind };
  return bandedFunctions(fit, table, compiled, { ...other, ...chosen, seed: fit.seed, level });
}

/** Problems first, each once: several tests may find the same. */
function problemsFirst(findings: readonly Finding[]): Finding[] {
  const unique = new Map(findings.map((one) => [`${one.code} ${one.message}`, one]));
  return [...unique.values()].toSorted(
    (a, b) => Number(a.severity === "note") - Number(b.severity === "note"),
  );
}

const LEVEL = 0.95;
const OK = "No problems found: the functions can be read as they stand.";

function verdictOf(findings: readonly Finding[]): string {
  const problems = findings.filter(({ severity }) => severity === "problem");
  if (problems.length === 0) return OK;
  const codes = [...new Set(problems.map(({ code }) => code.replaceAll("-", " ")))].join(", ");
  const number = problems.length === 1 ? "One problem" : `${problems.length} problems`;
  return `${number} found: ${codes}. Read before you trust these functions.`;
}
