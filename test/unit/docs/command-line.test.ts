import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromFormula, poisson } from "../../../models/index.ts";
import { withHelp } from "../../../scripts/command-help.mjs";
import { analyze } from "../../../src/analysis/analyze.ts";
import { commands } from "../../../src/cli/commands/index.ts";
import type { CountDeclaration } from "../../../src/core/distribution.ts";
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

async function summaryOf(components: number | CountDeclaration) {
  const settings = { chains: 2, warmup: 100, draws: 100, executor: serial() };
  return analyze(await sample({ ...model, components }, table, settings), table).summary;
}

test("the keys of --json are those that runs have, with a fixed or a random number of experts", async () => {
  const summary = await summaryOf(2);
  const random = await summaryOf(poisson(1, { max: 3 }));
  const documented = [
    ...page.slice(0, page.indexOf("## em")).matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm),
  ];
  const keys = documented.flatMap((match) => match[1]!.match(/\w+/g) ?? []);
  const held = new Set([...Object.keys(summary), ...Object.keys(random)]);
  expect(keys.toSorted()).toEqual([...held].sort());
  const departure = random.departuresK?.[0] ?? {};
  expect(/`departuresK` \| list of `\{([^}]*)\}/.exec(page)![1]!.split(", ")).toEqual(
    Object.keys(departure),
  );
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
