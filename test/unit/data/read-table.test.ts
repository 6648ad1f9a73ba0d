import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataError } from "../../../src/core/errors.ts";
import { readTable } from "../../../src/data/read-table.ts";
import { selectColumns, selectRows, tableFrom } from "../../../src/data/table.ts";
import { messageOf } from "../../helpers/message-of.ts";
import { columns, factor, numeric } from "../../helpers/table-columns.ts";

describe("readTable", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "moebius-table-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const failure = async (name: string, content?: Uint8Array | string): Promise<string> => {
    const path = join(directory, name);
    if (content !== undefined) await writeFile(path, content);
    const error: unknown = await readTable(path).then(
      () => "no error",
      (e: unknown) => e,
    );
    return error instanceof DataError ? error.message.replace(path, "FILE") : String(error);
  };

  it("reads a file and names it in messages", async () => {
    const path = join(directory, "good.csv");
    await writeFile(path, "\uFEFFgröße,g\r\n1,ä\r\n");
    expect(columns(await readTable(path))).toEqual({ größe: numeric(1), g: factor(["ä"], 0) });
    expect(await failure("empty.csv", "")).toBe(
      "FILE must have a header line and rows; it is empty",
    );
  });

  it("says what is wrong with what is not a CSV file", async () => {
    expect(await failure("none.csv")).toBe(
      "FILE must be a readable CSV file; there is no such file",
    );
    expect(await failure(".")).toMatch(/must be a readable CSV file; it is a folder$/);
    expect(await failure("utf16.csv", Buffer.from("\uFEFFa,b", "utf16le"))).toBe(
      "FILE must be UTF-8 text; it is UTF-16; save it as UTF-8",
    );
    expect(await failure("latin1.csv", Buffer.from("größe\n1\n", "latin1"))).toBe(
      "FILE must be CSV text in UTF-8; it holds bytes that are not UTF-8",
    );
    expect(await failure("junk.csv", Uint8Array.of(0x50, 0x4b, 0, 0xff, 0xfe))).toBe(
      "FILE must be CSV text in UTF-8; it holds binary data",
    );
  });
});

describe("tableFrom", () => {
  it("takes arrays and typed arrays, not by reference", () => {
    const x = Float64Array.of(1, 2);
    const table = tableFrom({ x, g: ["b", "a"], b: [true, null], n: [null, undefined] });
    x[0] = 9;
    expect(columns(table)).toEqual({
      x: numeric(1, 2),
      g: factor(["a", "b"], 1, 0),
      b: factor(["true"], 0, -1),
      n: numeric(NaN, NaN),
    });
  });

  it("refuses what is not a table", () => {
    expect(messageOf(() => tableFrom({}), DataError)).toBe(
      "the table must have at least one column; got none",
    );
    expect(messageOf(() => tableFrom({ x: [] }), DataError)).toBe(
      'the table must have rows; "x" has none',
    );
    expect(messageOf(() => tableFrom({ x: [1], y: [1, 2] }))).toBe(
      'columns must have equal lengths; "x" has 1 values, "y" has 2',
    );
    expect(messageOf(() => tableFrom({ x: [1, -Infinity] }))).toBe(
      'the table: numbers must be finite; got -Infinity in row 2 of column "x"; write NA if the value is not known',
    );
  });

  it("gives rows in the order asked for and columns by name", () => {
    const table = tableFrom({ x: [1, 2, 3], g: ["a", "b", "a"], z: [0, 0, 0] });
    const part = selectColumns(selectRows(table, [2, 0]), ["g", "x"]);
    expect(part.rows).toBe(2);
    expect([...part.columns.keys()]).toEqual(["g", "x"]);
    expect(columns(part)).toEqual({ x: numeric(3, 1), g: factor(["a", "b"], 0, 0) });
    expect(messageOf(() => selectColumns(table, ["zz"]))).toBe(
      'column "zz" must be in the table; columns: x, g, z; did you mean "z"?',
    );
  });
});
