import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const dist = (name) =>
  JSON.stringify(fileURLToPath(new URL(`../../dist/${name}`, import.meta.url)));

/** What a process does before it reports on itself. */
const PROGRAMS = {
  "node alone": "",
  "import of the library": `await import(${dist("index.js")});`,
  "moebius --help": `process.argv.push("cli", "--help"); await import(${dist("cli.js")});`,
};
const REPORT = `process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  console.error(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now() }));
});`;

/** Milliseconds of whole processes from their start to their exit: CPU and wall, least of `repeats`. */
export async function measureStartUp(repeats) {
  const rows = [];
  for (const [what, program] of Object.entries(PROGRAMS)) {
    const row = { what, cpuMs: Number.POSITIVE_INFINITY, wallMs: Number.POSITIVE_INFINITY };
    for (let repeat = 0; repeat < repeats; repeat++) {
      const code = ["--input-type=module", "-e", `${REPORT}\n${program}`];
      const { stderr } = await execute(process.execPath, code);
      const { cpuMs, wallMs } = JSON.parse(stderr.trim().split("\n").at(-1));
      row.cpuMs = Math.min(row.cpuMs, cpuMs);
      row.wallMs = Math.min(row.wallMs, wallMs);
    }
    rows.push(row);
  }
  return rows;
}
