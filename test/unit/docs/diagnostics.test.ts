import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filesBelow } from "../../helpers/files-below.ts";

const page = readFileSync("docs/diagnostics.md", "utf8");
const documented = [...page.matchAll(/^### (\S+)$/gm)].map((match) => match[1]!);

const FOLDERS = ["diagnostics/findings", "src/selection"];

/** Code → severity, as the sources write them. */
const emitted = new Map(
  filesBelow(FOLDERS, ".ts").flatMap((file) =>
    [
      ...readFileSync(file, "utf8").matchAll(/code: "([a-z-]+)",\s*severity: "(problem|note)"/g),
    ].map((match): [string, string] => [match[1]!, match[2]!]),
  ),
);

test("every code in the sources is found, whatever its form", () => {
  const sources = filesBelow(FOLDERS, ".ts").map((f) => readFileSync(f, "utf8"));
  expect(sources.join("").match(/\bcode: /g)).toHaveLength(emitted.size);
});

test("every code of a finding is documented, and no other is", () => {
  expect(documented.toSorted()).toEqual([...emitted.keys()].sort());
});

test("notes are documented as notes and problems as problems", () => {
  const notes = page.slice(page.indexOf("## Notes"), page.indexOf("## Predictive"));
  const found = [...notes.matchAll(/^### (\S+)$/gm)].map((match) => match[1]!);
  const expected = [...emitted].filter(([, severity]) => severity === "note");
  expect(found.toSorted()).toEqual(expected.map(([code]) => code).sort());
});
