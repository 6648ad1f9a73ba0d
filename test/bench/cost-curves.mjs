// How time and memory of one EM fit and of sampling grow with rows, experts, covariates and draws, a process each.
// node test/bench/cost-curves.mjs [--quick] [--json out.json]
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { bundle } from "./bundle.mjs";
import { costTable } from "./tables.mjs";

const execute = promisify(execFile);
/** Each curve changes one of these. */
const BASE = { n: 10_000, experts: 4, covariates: 5, draws: 100 };
const FULL = {
  n: [1e3, 1e4, 1e5, 1e6],
  experts: [2, 4, 8],
  covariates: [2, 5, 10],
  draws: [100, 400],
};
const QUICK = { n: [1e3, 1e4], experts: [2], covariates: [2], draws: [] };
/** Sweeps over so many rows in all, so that no point takes minutes. */
const ROWS_OF_SWEEPS = 1e7;

/** { machine, load, versions, results }: a result is what `cost-run.ts` prints, with the curve that it belongs to. */
export async function measureCosts({ quick }, say) {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url)));
  const loadStart = loadavg()[0];
  const { file, remove } = await bundle({ entry: "cost-run.ts" });
  const results = [];
  try {
    for (const point of pointsOf(quick ? QUICK : FULL)) {
      say(
        `${point.what}, ${point.n} rows, ${point.experts} experts, ${point.covariates} covariates`,
      );
      // One thread: by default V8 compiles and collects in others, which takes more CPU time.
      const { stdout } = await execute(process.execPath, [
        "--single-threaded",
        file,
        JSON.stringify(point),
      ]);
      results.push(JSON.parse(stdout.trim().split("\n").at(-1)));
    }
  } finally {
    await remove();
  }
  return {
    moebius: version,
    node: process.version,
    v8: process.versions.v8,
    date: new Date().toISOString(),
    quick,
    machine: {
      architecture: process.arch,
      processor: cpus()[0]?.model,
      cores: availableParallelism(),
      loadStart,
      loadEnd: loadavg()[0],
    },
    results,
  };
}

function pointsOf(curves) {
  const asked = ["em", "sampling"].flatMap((what) =>
    Object.entries(curves).flatMap(([name, values]) =>
      values.map((value) => pointOf(what, { ...BASE, [name]: value })),
    ),
  );
  return [...new Map(asked.map((point) => [JSON.stringify(point), point])).values()];
}

function pointOf(what, at) {
  const most = Math.floor(ROWS_OF_SWEEPS / at.n);
  return { what, ...at, draws: what === "em" ? 0 : Math.min(at.draws, most) };
}

async function main() {
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, json: { type: "string" } },
  });
  const costs = await measureCosts(values, (line) => process.stderr.write(`${line}\n`));
  const { moebius, node, date, machine } = costs;
  console.log(
    `moebius ${moebius}, Node ${node}, ${machine.cores} cores (${machine.processor}), ` +
      `load ${machine.loadStart.toFixed(1)} to ${machine.loadEnd.toFixed(1)}, ${date}`,
  );
  console.log(costTable(costs.results));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(costs)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
