import { type Compiled, compile, compileReported } from "../../models/compile.ts";
import { sampler } from "../../samplers/index.ts";
import { selectRows } from "../data/table.ts";
import { anchorRows } from "./anchors.ts";
import { type Control, drive, type Program, type Recorder } from "./drive.ts";
import type { Block, ChainOutcome, Job } from "./job.ts";
import { createRecorder } from "./recorder.ts";

/** Runs one chain from its declaration, in any JavaScript engine; see `drive`. */
export function runChain(job: Job, control: Control): Generator<Block, ChainOutcome> {
  return drive(() => programOf(job), job, control);
}

/** The kernel and the recorder of a job. */
function programOf({ model, table, settings, start }: Job): Program {
  const compiled = compile(model, table);
  const kernel = sampler(settings.sampler, { ...settings.samplerOptions, start }).compile(
    compiled.target,
  );
  return { kernel, recorder: recorderOf(compiled) };
}

/** Records every variable of a model that has met its data. */
export function recorderOf(compiled: Compiled): Recorder {
  const rows = anchorRows(compiled.target.features);
  const anchorTable = selectRows(
    compiled.table,
    rows.map((row) => row - 1),
  );
  return createRecorder(compiled, {
    rows,
    target: compileReported(compiled.model, compiled.designs, anchorTable),
  });
}
