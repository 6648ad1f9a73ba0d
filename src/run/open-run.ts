import type { Table } from "../core/data.ts";
import type { ChainReport, Run } from "../core/run.ts";
import type { RunRecord } from "./run-record.ts";
import { openRunFolder, type RunFolder } from "./store.ts";

/** A run read back from its folder. */
export interface OpenedRun {
  readonly run: Run;
  readonly status: "partial" | "complete";
  /** Complete rows of the columns that the model uses. */
  readonly table: Table;
  readonly record: RunRecord;
}

/**
 * Reads the run in a folder, also one whose process was killed. Throws a UsageError when the folder is no run,
 * a DataError when it is damaged or of a newer format.
 */
export function openRun(path: string): OpenedRun {
  const folder = openRunFolder(path);
  const chains = chainReports(folder);
  const table = folder.table();
  const status = folder.record.status === "complete" ? "complete" : "partial";
  return { run: runOf(folder, chains), status, table, record: folder.record };
}

/** Adds what was concluded to the record of a run. */
export function recordVerdict(path: string, verdict: unknown): void {
  openRunFolder(path).update({ verdict });
}

/** The reports of all chains; of a run that did not end, what their checkpoints say. */
export function chainReports(folder: RunFolder): readonly ChainReport[] {
  const { status, chains, settings } = folder.record;
  if (status !== "running") return chains;
  return chains.map((report) => {
    const checkpoint = folder.checkpoint(report.chain);
    if (checkpoint === undefined) return report;
    const { draws, seconds, acceptance } = checkpoint;
    const complete = draws >= settings.draws;
    return { ...report, status: complete ? "complete" : "partial", draws, seconds, acceptance };
  });
}

/** Wall time of all sessions; of one that was killed, as long as its slowest chain is known to have taken. */
export function secondsOf(folder: RunFolder): number {
  const { status, seconds } = folder.record;
  if (status !== "running") return seconds;
  return Math.max(seconds, ...chainReports(folder).map((report) => report.seconds));
}

function runOf(folder: RunFolder, chains: readonly ChainReport[]): Run {
  const { model, settings, data, version, variables, command } = folder.record;
  const seconds = secondsOf(folder);
  const withDraws = chains.filter(({ draws }) => draws > 0);
  const draws = withDraws.map(({ chain, draws }) => ({
    chain,
    iterations: draws,
    values: folder.draws(chain, draws),
  }));
  return {
    model,
    settings,
    data,
    version,
    ...(command === undefined ? {} : { command }),
    seconds,
    chains,
    draws: { variables, chains: draws },
  };
}
