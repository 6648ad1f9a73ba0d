import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromFormula } from "../../../models/index.ts";
import { withHelp } from "../../../scripts/command-help.mjs";
import { analyze } from "../../../src/analysis/analyze.ts";
import { commands } from "../../../src/cli/commands/index.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { explain } from "../../../src/explain.ts";
import { sample } from "../../../src/run/sample.ts";
import { serial } from "../../../src/run/serial.ts";

const page = readFileSync("docs/command-line.md", "utf8");

test("the page shows the help that the program prints; else run `node scripts/command-help.mjs`", () => {
  expect(withHelp(page)).toBe(page);
});

test("every command has its help on the page", () => {
  const shown = [...page.matchAll(/^Usage: moebius ([a-z]+) /gm)].map((match) => match[1]);
  expect(shown).toHaveLength(commands.length);
});

const table = tableFrom({
  x: Array.from({ length: 40 }, (_, i) => i / 20 - 1),
  y: Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : i / 20) + 0.1 * Math.sin(i * i)),
});
const model = fromFormula({ formula: "y ~ x | x", components: 2 });

test("the keys of --json are those that a run has", async () => {
  const run = await sample(model, table, {
    chains: 2,
    warmup: 100,
    draws: 100,
    executor: serial(),
  });
  const { summary } = analyze(run, table);
  const documented = [
    ...page.slice(0, page.indexOf("## explain")).matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm),
  ];
  const keys = documented.flatMap((match) => match[1]!.match(/\w+/g) ?? []);
  expect(keys.toSorted()).toEqual(Object.keys(summary).toSorted());
  const braces = (after: string) =>
    new RegExp(`\`${after}\` \\| list of \`\\{([^}]*)\\}`).exec(page)![1]!.split(", ");
  expect(braces("variables")).toEqual(Object.keys(summary.variables[0]!));
  for (const part of summary.components ?? [])
    expect(braces("components")).toEqual(Object.keys(part));
});

test("the keys of explain --json are documented", () => {
  const documented = /`--json`: `\{(model[^}]*)\}`/.exec(page)![1]!.split(", ");
  expect(documented).toEqual(Object.keys(explain(model, table)));
});
