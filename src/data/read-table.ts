import type { Table } from "../core/data.ts";
import type { Draws } from "../core/draws.ts";
import { DataError } from "../core/errors.ts";
import { systemReason } from "../core/system-reason.ts";
import { parseDraws } from "./parse-draws.ts";
import { type ParseOptions, parseTable } from "./parse-table.ts";

/** Reads a CSV file (UTF-8, header line; see `parseTable`); throws a DataError that names the path. */
export async function readTable(
  path: string,
  options: Omit<ParseOptions, "source"> = {},
): Promise<Table> {
  return parseTable(decode(await readBytes(path), path), { ...options, source: path });
}

/** Reads files of draws made by other software (see `parseDraws`); throws a DataError that names the path. */
export async function readDraws(paths: readonly string[]): Promise<Draws> {
  const files = await Promise.all(
    paths.map(async (path) => ({ source: path, text: decode(await readBytes(path), path) })),
  );
  return parseDraws(files);
}

async function readBytes(path: string): Promise<Uint8Array> {
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(path);
  } catch (cause) {
    throw new DataError(
      `${path} must be a readable CSV file; ${systemReason(cause)}`,
      { path },
      cause,
    );
  }
}

function decode(bytes: Uint8Array, path: string): string {
  const utf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) throw new DataError(`${path} must be UTF-8 text; it is UTF-16; save it as UTF-8`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const what = bytes.includes(0) ? "it holds binary data" : "it holds bytes that are not UTF-8";
    throw new DataError(`${path} must be CSV text in UTF-8; ${what}`, { path }, cause);
  }
}
