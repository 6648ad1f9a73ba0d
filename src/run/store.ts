import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Table } from "../core/data.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { formatCsv } from "../data/format-csv.ts";
import { parseTable } from "../data/parse-table.ts";
import { littleEndian, toDoubles } from "./bytes.ts";
import { formatCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import {
  appendAt,
  codeOf,
  prepare,
  readFirst,
  readText,
  UNFINISHED,
  unusable,
  writeAtomically,
} from "./files.ts";
import { sha256Of } from "./fingerprint.ts";
import type { Block, Checkpoint } from "./job.ts";
import { parseRunRecord, type RunRecord } from "./run-record.ts";

const RECORD = "run.json";
const DATA = "data.csv";
const drawsName = (chain: number): string => `chain-${chain}.bin`;
const checkpointName = (chain: number): string => `chain-${chain}.checkpoint.json`;
/** What is left when a process was killed before its folder was a run. */
const LEFTOVERS = [RECORD, DATA].map((name) => name + UNFINISHED);
const DERIVED =
  /^(chain-\d+\.(bin|checkpoint\.json)|data\.csv|summary\.json|em\.json|report\.html)$/;

/** A folder that keeps a run: at any moment what is in it can be read, and the run continued. */
export interface RunFolder {
  readonly directory: string;
  readonly record: RunRecord;
  /** Rewrites `run.json` with these entries changed. */
  update(changes: Partial<RunRecord>): void;
  /** Appends the draws of a block, then moves the chain's checkpoint behind them. */
  append(block: Block): void;
  /** Where a chain can be continued; undefined before its first block. Throws a DataError when it is damaged. */
  checkpoint(chain: number): Checkpoint | undefined;
  /** The first `draws` draws of a chain (× variables). Throws a DataError when there are fewer. */
  draws(chain: number, draws: number): Float64Array<ArrayBuffer>;
  /** The data of the run. Throws a DataError when they are missing or not those that the run has seen. */
  table(): Table;
}

/**
 * Makes a run folder of a new or empty folder, or replaces the run in it where `overwrite` says so.
 * Throws a UsageError rather than touch anything else.
 */
export function createRunFolder(
  path: string,
  record: RunRecord,
  table: Table,
  overwrite = false,
): RunFolder {
  const directory = resolve(path);
  const present = entriesOf(directory);
  if (present.includes(RECORD)) {
    if (!overwrite) {
      throw new UsageError(
        `the output folder must not hold a run already; ${path} does; ` +
          "resume that run, ask to overwrite it, or name another folder",
        { path },
      );
    }
    readRecord(directory, path);
    for (const name of present) if (DERIVED.test(name)) rmSync(join(directory, name));
  } else if (present.some((name) => !LEFTOVERS.includes(name))) {
    throw new UsageError(
      `the output folder must be new or empty; ${path} holds ${present.slice(0, 3).join(", ")}` +
        `${present.length > 3 ? ", …" : ""}; name another folder`,
      { path },
    );
  }
  // The data are on the disk before the record says that this is a run.
  const placeData = prepare(join(directory, DATA), formatCsv(table));
  writeAtomically(join(directory, RECORD), recordText(record));
  placeData();
  return runFolder(directory, record);
}

/** Whether there is a run in a folder, finished or not. */
export const isRunFolder = (path: string): boolean => existsSync(join(path, RECORD));

/** Opens the run in a folder. Throws a UsageError when there is none, a DataError when it is damaged. */
export function openRunFolder(path: string): RunFolder {
  const directory = resolve(path);
  return runFolder(directory, readRecord(directory, path));
}

function readRecord(directory: string, path: string): RunRecord {
  const file = join(directory, RECORD);
  const content = readText(file);
  if (content !== undefined) return parseRunRecord(content, file);
  throw new UsageError(`${path} must be a run folder; there is no ${RECORD} in it`, { path });
}

/** The names in a folder, which is created when there is none. */
function entriesOf(directory: string): string[] {
  try {
    makeFolder(directory);
    return readdirSync(directory);
  } catch (error) {
    if (codeOf(error) !== "EEXIST" && codeOf(error) !== "ENOTDIR") throw unusable(directory, error);
    throw new UsageError(`the output folder must be a folder; ${directory} is a file`, {
      path: directory,
    });
  }
}

/** Makes a folder and those above it; Node's own recursion never ends where, as in /proc, none can be made. */
function makeFolder(directory: string): void {
  if (existsSync(directory)) return;
  const above = dirname(directory);
  if (above !== directory) makeFolder(above);
  try {
    mkdirSync(directory);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

function recordText(record: RunRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

function runFolder(directory: string, from: RunRecord): RunFolder {
  const place = (name: string): string => join(directory, name);
  const rowBytes = from.variables.length * Float64Array.BYTES_PER_ELEMENT;
  let record = from;
  return {
    directory,
    get record() {
      return record;
    },
    update(changes) {
      record = { ...record, ...changes };
      writeAtomically(place(RECORD), recordText(record));
    },
    append({ chain, firstDraw, values, checkpoint }) {
      appendAt(place(drawsName(chain)), firstDraw * rowBytes, littleEndian(values));
      writeAtomically(place(checkpointName(chain)), formatCheckpoint(checkpoint));
    },
    checkpoint(chain) {
      const path = place(checkpointName(chain));
      const content = readText(path);
      if (content === undefined) return undefined;
      const checkpoint = parseCheckpoint(content);
      if (checkpoint !== undefined) return checkpoint;
      throw new DataError(`${path} must be the checkpoint of a chain; it is damaged`, { path });
    },
    draws(chain, draws) {
      if (draws === 0) return new Float64Array(0);
      const path = place(drawsName(chain));
      const bytes = readFirst(path, draws * rowBytes);
      if (bytes !== undefined) return toDoubles(bytes);
      throw new DataError(`${path} must hold ${draws} draws; it is missing or cut short`, { path });
    },
    table: () => readData(place(DATA), record),
  };
}

function readData(path: string, { factors, data }: RunRecord): Table {
  const content = readText(path) ?? readText(path + UNFINISHED);
  if (content === undefined) {
    throw new DataError(`${path} must hold the data of the run; there is no such file`, { path });
  }
  const parsed = parseTable(content, { source: path, factors: Object.keys(factors) });
  const table = withLevels(parsed, factors);
  if (sha256Of(table) === data.sha256) return table;
  throw new DataError(`${path} must hold the data that the run has seen; it was changed`, { path });
}

/** The same table with the levels of each factor in the order they had, unused ones included. */
function withLevels(table: Table, factors: RunRecord["factors"]): Table {
  const columns = new Map(table.columns);
  for (const [name, levels] of Object.entries(factors)) {
    const column = columns.get(name);
    if (column?.kind !== "factor") continue;
    const code = column.levels.map((level) => levels.indexOf(level));
    columns.set(name, { kind: "factor", levels, codes: column.codes.map((c) => code[c] ?? -1) });
  }
  return { rows: table.rows, columns };
}
