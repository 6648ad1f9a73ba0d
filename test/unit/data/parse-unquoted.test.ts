import { expect, test } from "vitest";
import { parseTable } from "../../../src/data/parse-table.ts";

const HEADER = "a,b,c";
const ROWS = ["1,x,", "-2.5e3,y y, NA", "NaN,x,7"];
const quoted = (line: string) =>
  line
    .split(",")
    .map((cell) => `"${cell}"`)
    .join(",");

for (const end of ["\n", "\r\n", "\r"]) {
  for (const [what, lines] of [
    ["a last line end", [HEADER, ...ROWS, ""]],
    ["no last line end", [HEADER, ...ROWS]],
    ["blank lines", ["", HEADER, "", ROWS[0]!, "", "", ...ROWS.slice(1), "", ""]],
  ] as const) {
    test(`without quotes a text is the table that it is with them: ${JSON.stringify(end)}, ${what}`, () => {
      const all = lines.map((line) => (line === "" ? "" : quoted(line)));
      const table = parseTable(lines.join(end));
      expect(table).toEqual(parseTable(all.join(end)));
      expect(table.rows).toBe(3);
    });
  }
}

test("without quotes a row of another length is named", () => {
  expect(() => parseTable("a,b\n1,2\n\n3\n")).toThrow(/row 2 has 1/);
});

test("values are as many as there are rows, whatever blank lines there were", () => {
  const column = parseTable("a\n1\n\n\n\n2\n").columns.get("a");
  expect(column?.kind === "numeric" && [...column.values]).toEqual([1, 2]);
});
