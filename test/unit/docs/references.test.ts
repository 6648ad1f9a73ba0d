import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filesBelow } from "../../helpers/files-below.ts";

const KEY = /\[([a-z]+\d{4}[a-z]?)\]/g;
const REFERENCES = "docs/references.md";
const CITING = ["src", "models", "samplers", "diagnostics", "test", "scripts", "docs"];

const keysIn = (text: string): string[] => [...text.matchAll(KEY)].map((match) => match[1]!);

const entries = readFileSync(REFERENCES, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("- "));
const listed = entries.map((line) => keysIn(line)[0] ?? line);

/** Key → the first file that cites it. */
const cited = new Map(
  filesBelow(CITING)
    .filter((file) => file !== REFERENCES && !file.startsWith("test/unit/docs/"))
    .filter((file) => /\.(ts|mjs|cpp|R|md|json)$/.test(file))
    .flatMap((file) =>
      keysIn(readFileSync(file, "utf8")).map((key): [string, string] => [key, file]),
    )
    .reverse(),
);

test("sources are cited at all", () => {
  expect(cited.size).toBeGreaterThan(40);
});

test("every cited key has an entry", () => {
  const unknown = [...cited].filter(([key]) => !listed.includes(key));
  expect(unknown.map(([key, file]) => `[${key}] in ${file}`)).toEqual([]);
});

test("every entry is cited", () => {
  expect(listed.filter((key) => !cited.has(key))).toEqual([]);
});

test("entries are ordered by key, one a work", () => {
  expect(listed).toEqual([...new Set(listed)].sort());
});

test("every entry names its first author and its year as the key does", () => {
  for (const [i, line] of entries.entries()) {
    const [, author, year] = /([a-z]+)(\d{4})/.exec(listed[i]!)!;
    const authors = line.split("** ")[1]!.split(` (${year})`)[0]!;
    const letters = authors
      .normalize("NFD")
      .replace(/[^A-Za-z]/g, "")
      .toLowerCase();
    expect(line, listed[i]!).toContain(` (${year}). `);
    expect(letters, listed[i]!).toContain(author);
  }
});
