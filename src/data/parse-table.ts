import Papa from "papaparse";
import type { Column, Table } from "../core/data.ts";
import { DataError } from "../core/errors.ts";
import type { Vector } from "../math/matrix.ts";
import { type FactorBuilder, factorBuilder, isMissing, toNumber } from "./cells.ts";
import { readPlainNumbers } from "./plain-numbers.ts";
import { checkNames, notFinite } from "./table.ts";

/** A header without commas and quotes, but with semicolons or tabs between names. */
const OTHER_SEPARATOR = /^[^,";\t]+[;\t][^,"]+$/;

export interface ParseOptions {
  /** What messages call the text, such as its path. */
  readonly source?: string;
  /** Columns to read as factors even if all their values look like numbers. */
  readonly factors?: readonly string[];
}

/**
 * Reads CSV text with a header: quotes, byte-order mark and any line ends are understood; empty cells,
 * `NA` and `NaN` are missing; blank lines are skipped. A column is numeric if all its values are numbers,
 * else a factor with sorted levels. Rows in messages count from 1 below the header.
 * Throws a DataError for anything that is not such a table.
 */
export function parseTable(text: string, options: ParseOptions = {}): Table {
  const source = options.source ?? "the table";
  const input = prepared(text, source);
  const factors = new Set(options.factors);
  const first = readColumns(input, source, factors);
  const mixed = first.columns.filter((column) => column.mixed);
  if (mixed.length === 0) return tableOf(first);
  for (const { name } of mixed) factors.add(name);
  return tableOf(readColumns(input, source, factors));
}

/** A column while it is read: numbers until the first text, a factor from then on. */
interface Growing {
  readonly name: string;
  readonly numbers: Vector;
  factor: FactorBuilder | undefined;
  hasNumbers: boolean;
  /** 1-based row of the first infinite number and its text. */
  infinite: { readonly row: number; readonly text: string } | undefined;
  /** Text came after numbers, whose own text is gone: the column must be read again as a factor. */
  mixed: boolean;
}

interface Reading {
  readonly source: string;
  readonly columns: Growing[];
  rows: number;
}

function prepared(text: string, source: string): string {
  if (text.includes("\0")) {
    throw new DataError(`${source} must be CSV text; it holds binary data (a zero byte)`);
  }
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (body.trim() === "") {
    throw new DataError(`${source} must have a header line and rows; it is empty`);
  }
  const header = /[^\r\n]+/.exec(body)![0];
  if (OTHER_SEPARATOR.test(header)) {
    throw new DataError(
      `${source}: columns must be separated by commas; the header is "${header}"`,
    );
  }
  return body.includes("\r") && !body.includes('"') ? body.replace(/\r\n?/g, "\n") : body;
}

function readColumns(input: string, source: string, factors: ReadonlySet<string>): Reading {
  const reading: Reading = { source, columns: [], rows: 0 };
  const newline = lineEnd(input);
  const capacity = occurrences(input, newline) + 1;
  const take = (cells: string[], error?: string): void => {
    if (cells.length === 1 && cells[0] === "") return;
    const header = reading.columns.length === 0;
    const where = header ? "the header" : `row ${reading.rows + 1}`;
    if (error !== undefined) throw badQuotes(source, where, error);
    if (header) reading.columns.push(...startColumns(cells, source, capacity, factors));
    else addRow(reading, cells);
  };
  if (input.includes('"')) {
    Papa.parse<string[]>(input, {
      delimiter: ",",
      newline,
      step: ({ data, errors }) => take(data, errors[0]?.message),
    });
  } else readLines(input, newline, reading, take);
  return reading;
}

/** One line after another, where no quotes can hide a line end: all at once would take several times the text. */
function readLines(
  input: string,
  newline: string,
  reading: Reading,
  take: (cells: string[]) => void,
): void {
  let numbers = new Float64Array(0);
  for (let from = 0; from < input.length; ) {
    const found = input.indexOf(newline, from);
    const end = found < 0 ? input.length : found;
    if (numbers.length > 0 && readPlainNumbers(input, from, end, numbers))
      addNumbers(reading, numbers);
    else {
      take(input.slice(from, end).split(","));
      const isNumeric = reading.columns.every(({ factor }) => factor === undefined);
      numbers = new Float64Array(isNumeric ? reading.columns.length : 0);
    }
    from = end + newline.length;
  }
}

function addNumbers(reading: Reading, numbers: Vector): void {
  const { columns } = reading;
  for (let j = 0; j < columns.length; j++) {
    const column = columns[j]!;
    column.numbers[reading.rows] = numbers[j]!;
    column.hasNumbers = true;
  }
  reading.rows++;
}

function badQuotes(source: string, where: string, found: string): DataError {
  return new DataError(
    `${source}: a quoted field must end with a quote, and quotes within it must be doubled; ` +
      `in ${where}: ${found.toLowerCase()}`,
  );
}

/** The line end that closes the header; those within quotes are part of a name. */
function lineEnd(input: string): "\n" | "\r\n" | "\r" {
  let inQuotes = false;
  for (let i = 0; i < input.length; i++) {
    const character = input[i];
    if (character === '"') inQuotes = !inQuotes;
    if (inQuotes) continue;
    if (character === "\n") return "\n";
    if (character === "\r") return input[i + 1] === "\n" ? "\r\n" : "\r";
  }
  return "\n";
}

function occurrences(input: string, part: string): number {
  let count = 0;
  for (let at = input.indexOf(part); at >= 0; at = input.indexOf(part, at + part.length)) count++;
  return count;
}

function startColumns(
  header: readonly string[],
  source: string,
  capacity: number,
  factors: ReadonlySet<string>,
): Growing[] {
  const names = checkNames(header, source);
  return names.map((name) => ({
    name,
    numbers: new Float64Array(capacity).fill(NaN),
    factor: factors.has(name) ? factorBuilder(capacity) : undefined,
    hasNumbers: false,
    infinite: undefined,
    mixed: false,
  }));
}

function addRow(reading: Reading, cells: readonly string[]): void {
  const { columns, source, rows } = reading;
  if (cells.length !== columns.length) {
    throw new DataError(
      `${source}: every row must have as many fields as the header (${columns.length}); ` +
        `row ${rows + 1} has ${cells.length}`,
      { row: rows + 1, fields: cells.length, columns: columns.length },
    );
  }
  for (let j = 0; j < cells.length; j++) addCell(columns[j]!, rows, cells[j]!);
  reading.rows++;
}

function addCell(column: Growing, row: number, text: string): void {
  if (column.factor !== undefined) {
    if (!isMissing(text)) column.factor.push(row, text);
    return;
  }
  const value = toNumber(text);
  if (value === undefined) {
    column.mixed = column.hasNumbers;
    column.factor = factorBuilder(column.numbers.length);
    column.factor.push(row, text);
    return;
  }
  column.numbers[row] = value;
  column.hasNumbers ||= !Number.isNaN(value);
  if (Math.abs(value) === Infinity) column.infinite ??= { row: row + 1, text: text.trim() };
}

function tableOf({ source, columns, rows }: Reading): Table {
  if (rows === 0) {
    throw new DataError(`${source} must have rows below its header; it has only the header`);
  }
  return { rows, columns: new Map(columns.map((c) => [c.name, finished(c, rows, source)])) };
}

function finished(column: Growing, rows: number, source: string): Column {
  if (column.factor !== undefined) return column.factor.finish(rows);
  const { infinite, name } = column;
  if (infinite !== undefined) throw notFinite(source, name, infinite.row, infinite.text);
  return { kind: "numeric", values: column.numbers.subarray(0, rows) };
}
