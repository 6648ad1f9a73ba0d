import { expect, test } from "vitest";
import { parseTable } from "../../../src/data/parse-table.ts";
import { readPlainNumbers } from "../../../src/data/plain-numbers.ts";
import { createRng, integerBelow } from "../../../src/math/rng.ts";

function read(text: string, cells: number): number[] | undefined {
  const out = new Float64Array(cells);
  const padded = `x,${text}\n1`;
  return readPlainNumbers(padded, 2, 2 + text.length, out) ? [...out] : undefined;
}

test("plain numbers have the bits that Number gives them", () => {
  const rng = createRng(11, 1);
  const digits = (count: number): string =>
    Array.from({ length: count }, () => integerBelow(rng, 10)).join("");
  for (let trial = 0; trial < 20_000; trial++) {
    const whole = integerBelow(rng, 16);
    const fraction = integerBelow(rng, 16 - whole);
    const sign = integerBelow(rng, 2) === 0 ? "-" : "";
    const point = fraction > 0 || integerBelow(rng, 2) === 0 ? "." : "";
    if (whole + fraction === 0) continue;
    const text = `${sign}${digits(whole)}${point}${digits(fraction)}`;
    const [value] = read(text, 1)!;
    expect(Object.is(value, Number(text)), text).toBe(true);
  }
});

test("a row has as many cells as asked for", () => {
  expect(read("1,-2.5,.5,3.", 4)).toEqual([1, -2.5, 0.5, 3]);
  expect(read("-0,0", 2)).toEqual([-0, 0]);
  expect(read("1,2", 3)).toBeUndefined();
  expect(read("1,2,3", 2)).toBeUndefined();
  expect(read("1,2,", 2)).toBeUndefined();
});

test.each([
  "",
  "-",
  ".",
  "-.",
  "--1",
  "1-",
  "1.-",
  "-.-1",
  "1.2.3",
  " 1",
  "1 ",
  "+1",
  "1e3",
  "0x10",
  "NA",
  "inf",
  "1/2",
  "1:2",
  "1234567890123456",
])("%j is left to another reader", (text) => {
  expect(read(text, 1)).toBeUndefined();
  expect(read(`${text},1`, 2)).toBeUndefined();
});

test("rows that are plain and rows that are not make one table", () => {
  const { columns, rows } = parseTable("a,b\n1,2\n-1e3, 4\n\nNA,0.1\n5,1234567890123456789\n6,7");
  expect(rows).toBe(5);
  expect(columns.get("a")).toEqual({
    kind: "numeric",
    values: Float64Array.of(1, -1000, Number.NaN, 5, 6),
  });
  expect(columns.get("b")).toEqual({
    kind: "numeric",
    values: Float64Array.of(2, 4, 0.1, Number("1234567890123456789"), 7),
  });
});

test("text after plain numbers makes a factor of the whole column", () => {
  const { columns } = parseTable("a,b\n1,2\n3,x\n5,6\n");
  expect(columns.get("a")).toEqual({ kind: "numeric", values: Float64Array.of(1, 3, 5) });
  expect(columns.get("b")).toMatchObject({ kind: "factor", levels: ["2", "6", "x"] });
});

test("a plain row of another length is named", () => {
  expect(() => parseTable("a,b\n1,2\n3\n")).toThrow(/row 2 has 1/);
  expect(() => parseTable("a,b\n1,2\n3,4,5\n")).toThrow(/row 2 has 3/);
});
