import Papa from "papaparse";
import type { ChainDraws, Draws } from "../core/draws.ts";
import { DataError } from "../core/errors.ts";

/** Text of one file of draws, and what messages call it. */
export interface DrawsFile {
  readonly text: string;
  readonly source: string;
}

/** A file's header and cells, and what its comment lines say. */
interface Sheet {
  readonly source: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly comments: readonly string[];
}

const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ["na", Number.NaN],
  ["nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["+inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
  ["-infinity", Number.NEGATIVE_INFINITY],
]);

/** Columns that say which draw a row is; with a dot in files of R's posterior. */
const INDICES = ["chain", "iteration", "draw"];

/**
 * Reads draws that other software has written: one CSV with a column `.chain` (or `chain`) and, where rows are not in
 * order, `.iteration` (as R's posterior writes `draws_df`), or Stan CSV files, one a chain (warm-up and sampler columns are left out; `theta.1.2` becomes
 * `theta[1,2]`). Throws a DataError that names file, row and column.
 */
export function parseDraws(files: readonly DrawsFile[]): Draws {
  const sheets = files.map(readSheet);
  const first = sheets[0];
  if (first === undefined) throw new DataError("draws must come from at least one file; got none");
  if (indexColumn(first, "chain") >= 0) {
    if (sheets.length > 1) {
      throw new DataError(
        `a CSV with a column .chain holds all chains, so one file is read; got ${sheets.length}`,
      );
    }
    return longDraws(first);
  }
  return stanDraws(sheets);
}

function readSheet({ text, source }: DrawsFile): Sheet {
  const comments: string[] = [];
  const lines: string[] = [];
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n?|\n/)) {
    if (line.startsWith("#")) comments.push(line);
    else if (line.trim() !== "") lines.push(line);
  }
  const [names, ...rows] = Papa.parse<string[]>(lines.join("\n"), { delimiter: "," }).data;
  if (names === undefined || rows.length === 0) {
    throw new DataError(`${source} must hold a header line and draws; it holds no draws`);
  }
  rows.forEach((row, i) => {
    if (row.length !== names.length) {
      throw new DataError(
        `${source} must have ${names.length} values in every row; row ${i + 1} has ${row.length}`,
        { source, row: i + 1 },
      );
    }
  });
  return { source, names: names.map((name) => name.trim()), rows, comments };
}

function longDraws(sheet: Sheet): Draws {
  const { names, rows } = sheet;
  const columns = names.flatMap((name, j) => (isIndex(name) ? [] : [j]));
  const chainOf = indexColumn(sheet, "chain");
  const iterationOf = indexColumn(sheet, "iteration");
  const iteration = (i: number): number => (iterationOf < 0 ? i : cell(sheet, i, iterationOf));
  const order = rows
    .map((_, i) => ({ i, chain: cell(sheet, i, chainOf), iteration: iteration(i) }))
    .sort((a, b) => a.chain - b.chain || a.iteration - b.iteration);
  const chains = [...new Set(order.map(({ chain }) => chain))].map((chain) => {
    const own = order.filter((entry) => entry.chain === chain).map(({ i }) => i);
    return chainDraws(sheet, chain, own, columns);
  });
  return { variables: columns.map((j) => names[j]!), chains };
}

function isIndex(name: string): boolean {
  return name.startsWith(".") || INDICES.includes(name);
}

/** Where the column of that index stands; −1 if there is none. */
function indexColumn({ names }: Sheet, name: string): number {
  return Math.max(names.indexOf(`.${name}`), names.indexOf(name));
}

function stanDraws(sheets: readonly Sheet[]): Draws {
  const { names, source } = sheets[0]!;
  if (!names.some((name) => name.endsWith("__"))) {
    throw new DataError(
      `${source} must have a column .chain (and .iteration), or be a Stan CSV file with lp__; ` +
        `its columns: ${names.slice(0, 8).join(", ")}`,
    );
  }
  const columns = names.flatMap((name, j) => (name.endsWith("__") && name !== "lp__" ? [] : [j]));
  const chains = sheets.map((sheet, c) => {
    if (sheet.names.join() !== names.join()) {
      throw new DataError(`${sheet.source} must have the same columns as ${source}; it has others`);
    }
    const warmup = savedWarmup(sheet.comments);
    const kept = sheet.rows.map((_, i) => i).slice(warmup);
    return chainDraws(sheet, c + 1, kept, columns);
  });
  return { variables: columns.map((j) => bracketed(names[j]!)), chains };
}

/** How many of the first rows are warm-up, as the comments of a Stan CSV file say. */
function savedWarmup(comments: readonly string[]): number {
  const setting = (name: string): string | undefined =>
    comments
      .map((line) => new RegExp(`^#\\s*${name}\\s*=\\s*(\\S+)`).exec(line)?.[1])
      .find(Boolean);
  const saved = setting("save_warmup");
  if (saved === undefined || saved === "0" || saved === "false") return 0;
  return Math.ceil(Number(setting("num_warmup") ?? 0) / Number(setting("thin") ?? 1));
}

/** Stan writes indices with dots: theta.1.2 is theta[1,2]. */
function bracketed(name: string): string {
  const [stem, ...indices] = name.split(".");
  return indices.length === 0 ? name : `${stem}[${indices.join(",")}]`;
}

function chainDraws(
  sheet: Sheet,
  chain: number,
  rows: readonly number[],
  columns: readonly number[],
): ChainDraws {
  const values = new Float64Array(rows.length * columns.length);
  rows.forEach((i, t) => {
    columns.forEach((j, v) => {
      values[t * columns.length + v] = cell(sheet, i, j);
    });
  });
  return { chain, iterations: rows.length, values };
}

function cell({ source, names, rows }: Sheet, i: number, j: number): number {
  const text = rows[i]![j]!.trim();
  const value = NOT_FINITE.get(text.toLowerCase()) ?? (text === "" ? Number.NaN : Number(text));
  if (Number.isNaN(value) && !NOT_FINITE.has(text.toLowerCase())) {
    throw new DataError(
      `${source} must hold numbers; row ${i + 1} of column ${names[j]} is "${text}"`,
      { source, row: i + 1, column: names[j] },
    );
  }
  return value;
}
