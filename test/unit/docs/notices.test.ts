import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bundledFiles, notices } from "../../../scripts/notices.mjs";

test("THIRD-PARTY-NOTICES.md is what the bundle needs; else run `node scripts/notices.mjs`", async () => {
  expect(readFileSync("THIRD-PARTY-NOTICES.md", "utf8")).toBe(await notices());
});

test("every package with a file in the bundle is named with its licence", async () => {
  const text = readFileSync("THIRD-PARTY-NOTICES.md", "utf8");
  const files = await bundledFiles();
  const names = new Set(files.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)![1]!));
  expect(names.size).toBeGreaterThan(5);
  for (const name of names) expect(text).toMatch(new RegExp(`^\\| ${name} \\|.*\\|.*\\|`, "m"));
});
