// Puts the help of each command into docs/command-line.md, between its heading and what follows. Run `npm run build`
// first; a test compares page and program.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PAGE = "docs/command-line.md";
const BLOCK = /(^## (?:moebius )?([a-z]+)\n\n)```text\n[\s\S]*?```/gm;

const helpOf = (command) =>
  spawnSync(process.execPath, ["dist/cli.js", command, "--help"], {
    encoding: "utf8",
    env: { PATH: process.env.PATH ?? "" },
  }).stdout.trimEnd();

/** The page with the help of the program that is in dist. */
export function withHelp(page) {
  return page.replace(
    BLOCK,
    (_, heading, command) => `${heading}\`\`\`text\n${helpOf(command)}\n\`\`\``,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, withHelp(readFileSync(PAGE, "utf8")));
}
