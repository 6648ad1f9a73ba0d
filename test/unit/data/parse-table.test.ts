import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Table } from "../../../src/core/data.ts";
import { DataError } from "../../../src/core/errors.ts";
import { formatCsv } from "../../../src/data/format-csv.ts";
import { parseTable } from "../../../src/data/parse-table.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { messageOf } from "../../helpers/message-of.ts";
import { columns, factor, numeric } from "../../helpers/table-columns.ts";

describe("parseTable", () => {
  it("reads numbers, factors with sorted levels, and missing values", () => {
    const table = parseTable("x,g,b\n1,u,true\nNA,a,false\n-2.5e1,,true\n .5 ,NaN,NA\n");
    expect(table.rows).toBe(4);
    expect(columns(table)).toEqual({
      x: numeric(1, NaN, -25, 0.5),
      g: factor(["a", "u"], 1, 0, -1, -1),
      b: factor(["false", "true"], 1, 0, 1, -1),
    });
  });

  it("understands quotes, a byte-order mark, blanks around names and every kind of line end", () => {
    const expected = { a: numeric(1, 3), "b,c": factor(['say "hi"\nthere', "x"], 0, 1) };
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = `\uFEFFa , "b,c"${end}1,"say ""hi""\nthere"${end}${end}3,x${end}`;
      expect(columns(parseTable(text.replace(' "', '"')))).toEqual(expected);
    }
    expect(columns(parseTable("a,b\r\n1,x\n2,y\r3,x"))).toEqual({
      a: numeric(1, 2, 3),
      b: factor(["x", "y"], 0, 1, 0),
    });
  });

  it("makes a column with one word in it a factor that keeps its numbers as they were written", () => {
    expect(columns(parseTable("a,b\n01,1\n1.0,2\nInf,3\nx,4\n"))).toEqual({
      a: factor(["01", "1.0", "Inf", "x"], 0, 1, 2, 3),
      b: numeric(1, 2, 3, 4),
    });
    expect(columns(parseTable("a\n0x10\n"))).toEqual({ a: factor(["0x10"], 0) });
  });

  it("reads a column of numbers as a factor when told to", () => {
    const table = parseTable("g,x\n2,1\n10,2\nNA,3\n", { factors: ["g"] });
    expect(table.columns.get("g")).toEqual(factor(["10", "2"], 1, 0, -1));
  });

  it.each([
    ["", "data.csv must have a header line and rows; it is empty"],
    ["\uFEFF \r\n ", "data.csv must have a header line and rows; it is empty"],
    ["a,b\n", "data.csv must have rows below its header; it has only the header"],
    [
      "a,b\n1,2\n3\n",
      "data.csv: every row must have as many fields as the header (2); row 2 has 1",
    ],
    ["a,b\n1,2,3\n", "data.csv: every row must have as many fields as the header (2); row 1 has 3"],
    ["a,,b\n1,2,3\n", "data.csv: every column must have a name; column 2 of 3 has none"],
    ["a,b, a\n1,2,3\n", 'data.csv: column names must differ; "a" is the name of columns 1 and 3'],
    ["a;b\n1;2\n", 'data.csv: columns must be separated by commas; the header is "a;b"'],
    ["a\tb\n1\t2\n", 'data.csv: columns must be separated by commas; the header is "a\tb"'],
    [
      "a\n1\n-inf\n",
      'data.csv: numbers must be finite; got -inf in row 2 of column "a"; write NA if the value is not known',
    ],
    [
      "a\n1e999\n",
      'data.csv: numbers must be finite; got 1e999 in row 1 of column "a"; write NA if the value is not known',
    ],
    ["a\nPK\0\u0003\n", "data.csv must be CSV text; it holds binary data (a zero byte)"],
    [
      'a,b\n1,"x\n2,y\n',
      "data.csv: a quoted field must end with a quote, and quotes within it must be doubled; in row 1: quoted field unterminated",
    ],
    [
      'a,b\n1,"x"z\n2,y\n',
      "data.csv: a quoted field must end with a quote, and quotes within it must be doubled; in row 1: trailing quote on quoted field is malformed",
    ],
  ])("refuses %j", (text, message) => {
    expect(messageOf(() => parseTable(text, { source: "data.csv" }), DataError)).toBe(message);
  });

  it("gives back any table that formatCsv has written", () => {
    const name = fc
      .string({ unit: "binary", minLength: 1 })
      .filter((s) => s.trim() === s && !s.includes("\0"));
    const text = fc.string({ unit: "binary", maxLength: 6 }).map((s) => s.replaceAll("\0", ""));
    const tricky = fc.constantFrom(
      '"',
      '""',
      ",",
      "\r",
      "\n",
      "\r\n",
      " a ",
      "\uFEFF",
      "NA",
      "",
      "1",
      "true",
    );
    const strings = fc.option(fc.oneof(text, tricky), { nil: null });
    const number = fc.option(fc.double({ noDefaultInfinity: true }), { nil: undefined });
    const shape = fc.record({
      names: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
      rows: fc.integer({ min: 1, max: 6 }),
    });
    const table = shape.chain(({ names, rows }) => {
      const array = { minLength: rows, maxLength: rows };
      const column = fc.oneof(fc.array(strings, array), fc.array(number, array));
      return fc
        .array(column, { minLength: names.length, maxLength: names.length })
        .map((cells) => tableFrom(Object.fromEntries(names.map((n, j) => [n, cells[j]!]))));
    });
    fc.assert(
      fc.property(table, (t) => {
        const factors = [...t.columns].filter(([, c]) => c.kind === "factor").map(([n]) => n);
        expect(parseTable(formatCsv(t), { factors })).toEqual(t);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("throws nothing but a DataError, and what it accepts survives being written and read", () => {
    const piece = fc.constantFrom(
      "a",
      "1",
      ",",
      "\n",
      "\r\n",
      "\r",
      '"',
      " ",
      "NA",
      "-2e3",
      "Inf",
      ";",
      "é",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece).map((p) => p.join("")),
    );
    fc.assert(
      fc.property(text, (csv) => {
        let table: Table;
        try {
          table = parseTable(csv);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          return;
        }
        expect(parseTable(formatCsv(table))).toEqual(table);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });
});
