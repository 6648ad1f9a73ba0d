import { readFileSync } from "node:fs";

/** What docs/command-line.md says of a command: the page from its heading to the next. */
export function sectionOn(command: string): string {
  const page = readFileSync("docs/command-line.md", "utf8");
  const [, section] = page.split(new RegExp(`^## ${command}$`, "m"));
  if (section === undefined) throw new Error(`docs/command-line.md must have ## ${command}`);
  return section.split("\n## ")[0]!;
}

/** The keys of `--json` in the table of a command, in alphabetical order. */
export function documentedKeys(command: string): string[] {
  const rows = [...sectionOn(command).matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)];
  return rows.flatMap((match) => match[1]!.match(/\w+/g) ?? []).sort();
}

/** The keys that entries of a list have, in the order of the page. */
export function documentedKeysOf(command: string, list: string): string[] {
  const row = new RegExp(`\`${list}\` \\| list of \`\\{([^}]*)\\}`).exec(sectionOn(command));
  if (row === null) throw new Error(`## ${command} must have a row on ${list}`);
  return row[1]!.split(", ");
}
