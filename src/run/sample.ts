import { availableParallelism } from "node:os";
import type { Compiled } from "../../models/compile.ts";
import { isPlain } from "../../models/known/index.ts";
import { sampler } from "../../samplers/index.ts";
import type { Table } from "../core/data.ts";
import { SamplerError, UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { ChainReport, Run } from "../core/run.ts";
import { newRecord } from "./new-record.ts";
import { secondsOf } from "./open-run.ts";
import { mustContinue } from "./resume.ts";
import type { RunRecord } from "./run-record.ts";
import type { SampleOptions } from "./sample-options.ts";
import { compileForThreads, ownOf, sharedBy } from "./sent.ts";
import { serial } from "./serial.ts";
import { runSession, type SessionResult } from "./session.ts";
import { type Plan, planOf } from "./settings.ts";
import { createRunFolder, openRunFolder, type RunFolder } from "./store.ts";
import { threads } from "./threads.ts";
import { version } from "./version.ts";

/**
 * Draws from the posterior of a model given a table. A chain that fails is reported and keeps its earlier draws;
 * when all do, the first failure is thrown, a SamplerError. What cannot be compiled or asked for throws at once.
 */
export async function sample(
  model: ModelDeclaration,
  table: Table,
  options: SampleOptions = {},
): Promise<Run> {
  const began = performance.now();
  const plan = planOf(options, typeof model.components !== "number");
  const compiled = compileForThreads(model, table);
  checkSampler(plan, compiled);
  mustBePlainToKeep(compiled.model, options.out);
  const { source = "table", command } = options;
  const asked = command === undefined ? {} : { command };
  const record = { ...newRecord(compiled, plan, source), ...asked };
  const folder =
    options.out === undefined ? undefined : folderOf(options, options.out, record, compiled.table);
  const { workers = availableParallelism() } = options;
  // Functions do not go to other threads.
  const { executor = isPlain(compiled.model) ? threads({ workers }) : serial() } = options;
  const sent = options.executor === undefined ? sharedBy(compiled) : ownOf(compiled);
  const { progress, signal } = options;
  const variables = record.variables.length;
  const result = await runSession({
    plan,
    compiled,
    data: sent,
    variables,
    executor,
    folder,
    progress,
    signal,
  });
  const seconds = (folder?.record.seconds ?? 0) + (performance.now() - began) / 1000;
  const chains = result.reports;
  folder?.update({ status: statusOf(chains), seconds, chains });
  throwIfAllFailed(result);
  const { settings, data } = record;
  const draws = { variables: record.variables, chains: result.draws };
  return { model: compiled.model, settings, data, version, ...asked, seconds, chains, draws };
}

/** Throws a UsageError where a folder is asked for that could not hold the model. */
function mustBePlainToKeep(model: ModelDeclaration, out: string | undefined): void {
  if (out === undefined || isPlain(model)) return;
  throw new UsageError(
    "a run that is kept must have a model of plain data; its known density is given by functions; " +
      "leave the folder out, or write the density as text",
  );
}

/** Throws before any chain runs when the sampler cannot serve the model, or knows no such option or start. */
function checkSampler({ settings, starts }: Plan, { target }: Compiled): void {
  sampler(settings.sampler, settings.samplerOptions).compile(target);
  for (const start of new Set(starts)) {
    sampler(settings.sampler, { ...settings.samplerOptions, start }).compile(target);
  }
}

/** The folder of a new run, or that of the run to continue, marked as running. */
function folderOf(
  { resume = false, overwrite = false }: SampleOptions,
  out: string,
  record: RunRecord,
  table: Table,
): RunFolder {
  if (!resume) return createRunFolder(out, record, table, overwrite);
  const folder = openRunFolder(out);
  mustContinue(folder.record, record, out);
  const { settings, chains, command } = record;
  const seconds = secondsOf(folder);
  folder.update({ status: "running", settings, chains, command, seconds, verdict: undefined });
  return folder;
}

function statusOf(chains: readonly ChainReport[]): RunRecord["status"] {
  return chains.every(({ status }) => status === "complete") ? "complete" : "partial";
}

function throwIfAllFailed({ reports, outcomes }: SessionResult): void {
  const failure = outcomes.find((outcome) => outcome.failure !== undefined)?.failure;
  if (failure === undefined || reports.some(({ status }) => status !== "failed")) return;
  throw new SamplerError(failure.message, failure.details);
}
