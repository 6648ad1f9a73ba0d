import { type Compiled, compile, compilePrepared, compileReported } from "../../models/compile.ts";
import { sampler } from "../../samplers/index.ts";
import { selectRows } from "../data/table.ts";
import { anchorRows } from "./anchors.ts";
import { type Control, drive, type Program, type Recorder } from "./drive.ts";
import type { AnchorRows, Block, ChainOutcome, Job } from "./job.ts";
import { createRecorder } from "./recorder.ts";

/** Runs one chain from its declaration, in any JavaScript engine; see `drive`. */
export function runChain(job: Job, control: Control): Generator<Block, ChainOutcome> {
  return drive(() => programOf(job), job, control);
}

/** The kernel and the recorder of a job. */
function programOf(job: Job): Program {
  const { settings, start } = job;
  const { compiled, anchors } = met(job);
  const kernel = sampler(settings.sampler, { ...settings.samplerOptions, start }).compile(
    compiled.target,
  );
  return { kernel, recorder: recorderOf(compiled, anchors) };
}

function met(job: Job): { readonly compiled: Compiled; readonly anchors: AnchorRows } {
  if ("prepared" in job) return { compiled: compilePrepared(job.prepared), anchors: job.anchors };
  const compiled = compile(job.model, job.table);
  return { compiled, anchors: anchorsOf(compiled) };
}

/** The anchors of a model that has met its data. */
export function anchorsOf({ target, table }: Compiled): AnchorRows {
  const rows = anchorRows(target.features);
  return {
    rows,
    table: selectRows(
      table,
      rows.map((row) => row - 1),
    ),
  };
}

/** Records every variable of a model that has met its data. */
export function recorderOf(compiled: Compiled, anchors = anchorsOf(compiled)): Recorder {
  return createRecorder(compiled, {
    rows: anchors.rows,
    target: compileReported(compiled.model, compiled.designs, anchors.table),
  });
}
