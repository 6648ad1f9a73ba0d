import * as v from "valibot";
import { parseModel } from "../../models/json.ts";
import { DataError, MoebiusError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { ChainReport, DataFingerprint, SamplingSettings } from "../core/run.ts";
import { savedMoveNote } from "./checkpoint.ts";

/** Raised whenever an older reader would misread a run folder. */
export const RUN_FORMAT = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.string();

const settings = v.object({
  sampler: text,
  samplerOptions: v.record(text, v.union([text, v.number()])),
  chains: count,
  warmup: count,
  draws: count,
  thin: count,
  seed: count,
}) satisfies v.GenericSchema<SamplingSettings>;

const data = v.object({
  source: text,
  rows: count,
  dropped: count,
  sha256: text,
}) satisfies v.GenericSchema<DataFingerprint>;

const chain = v.object({
  chain: count,
  start: text,
  status: v.picklist(["complete", "partial", "failed"]),
  draws: count,
  seconds: v.number(),
  acceptance: v.record(text, v.object({ proposed: v.number(), accepted: v.number() })),
  firstVisits: v.exactOptional(v.record(text, v.number())),
  moves: v.exactOptional(v.array(savedMoveNote)),
  error: v.exactOptional(text),
}) satisfies v.GenericSchema<ChainReport>;

const runRecord = v.object({
  program: v.literal("moebius"),
  format: v.literal(RUN_FORMAT),
  version: text,
  created: text,
  status: v.picklist(["running", "partial", "complete"]),
  seconds: v.number(),
  command: v.exactOptional(text),
  model: v.unknown(),
  settings,
  data,
  factors: v.record(text, v.array(text)),
  variables: v.array(text),
  chains: v.array(chain),
  verdict: v.exactOptional(v.unknown()),
});

/** What `run.json` holds. */
export interface RunRecord {
  readonly program: "moebius";
  readonly format: typeof RUN_FORMAT;
  readonly version: string;
  /** When the run began; ISO 8601. */
  readonly created: string;
  /** "running" is what a process that was killed leaves behind. */
  readonly status: "running" | "partial" | "complete";
  /** Wall time of all sessions. */
  readonly seconds: number;
  /** A command line that makes the same draws; absent where a program asked for them. */
  readonly command?: string | undefined;
  readonly model: ModelDeclaration;
  readonly settings: SamplingSettings;
  readonly data: DataFingerprint;
  /** Levels of each factor of the data, in order. */
  readonly factors: Readonly<Record<string, readonly string[]>>;
  /** Columns of the draws. */
  readonly variables: readonly string[];
  readonly chains: readonly ChainReport[];
  /** What was concluded, once it was. */
  readonly verdict?: unknown;
}

/** The record that a file's text holds; throws a DataError that says why it holds none. */
export function parseRunRecord(content: string, path: string): RunRecord {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson(), v.looseObject({})), content);
  if (!json.success) throw damaged(path, "it is not a JSON object");
  const { program, format } = json.output;
  if (program !== "moebius") throw damaged(path, `its "program" is ${JSON.stringify(program)}`);
  if (typeof format === "number" && format > RUN_FORMAT) {
    throw new DataError(
      `${path} must be of format ${RUN_FORMAT} or older; it is of format ${format}; update moebius to read it`,
      { path, format },
    );
  }
  const result = v.safeParse(runRecord, json.output, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw damaged(path, `${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
  }
  return { ...result.output, model: modelIn(result.output.model, path) };
}

function modelIn(model: unknown, path: string): ModelDeclaration {
  try {
    return parseModel(model);
  } catch (error) {
    if (error instanceof MoebiusError) throw damaged(path, `its model: ${error.message}`);
    throw error;
  }
}

function damaged(path: string, found: string): DataError {
  return new DataError(`${path} must be the record of a moebius run; ${found}`, { path });
}
