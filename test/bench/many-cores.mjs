// What more threads give: chains of one problem with 1, 2, … workers, and what of it is serial; after `npm run build`.
// With --em one climb of EM over all rows of a problem that has very many instead, its passes divided among the threads.
// node test/bench/many-cores.mjs [--problem P2] [--workers 1,2] [--em] [--repeats 3] [--json out.json]
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { makeProblem } from "./problems.mjs";

const execute = promisify(execFile);
const SELF = fileURLToPath(import.meta.url);

async function tableAndModel(problem) {
  const { parseTable } = await import("../../dist/index.js");
  const { csv, experts } = makeProblem(problem);
  const table = parseTable(csv);
  const terms = [...table.columns.keys()].filter((name) => /^x\d+$/.test(name)).join(" + ");
  const model = {
    experts: { family: "gaussian", formula: `y ~ ${terms}` },
    gate: { kind: "softmax", formula: `~ ${terms}` },
    components: experts,
  };
  return { table, model };
}

/** In a process of its own: one run with so many workers; prints one JSON line. */
async function runOnce({ problem, workers, chains, warmup, draws }) {
  const { sample } = await import("../../dist/index.js");
  const { table, model } = await tableAndModel(problem);
  const at = { began: performance.now() };
  const cpu = process.cpuUsage();
  const progress = {
    start: () => (at.started = performance.now()),
    update() {},
    stop: () => (at.stopped = performance.now()),
  };
  const run = await sample(model, table, { chains, warmup, draws, workers, progress });
  at.ended = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    JSON.stringify({
      problem,
      workers,
      wall: (at.ended - at.began) / 1000,
      cpu: (user + system) / 1e6,
      // One thread works before the chains begin and after they end.
      serial: (at.started - at.began + at.ended - at.stopped) / 1000,
      chains: run.chains.map(({ seconds }) => seconds),
      megabytes: process.resourceUsage().maxRSS / 1024,
      first: run.draws.chains.map(({ values }) => values[0]),
    }),
  );
}

/** In this process: one start with each number of threads, in turns; what is measured is the climb over all rows. */
async function runClimbs({ problem, workers, repeats }) {
  const { maximize } = await import("../../dist/index.js");
  const { table, model } = await tableAndModel(problem);
  const results = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const count of workers) {
      const load = loadavg()[0];
      const at = {};
      const progress = (_done, _total, what) => {
        const { user, system } = process.cpuUsage();
        at[what] = { wall: performance.now() / 1000, cpu: (user + system) / 1e6 };
      };
      const options = { starts: 1, startKinds: ["random"], workers: count, progress };
      const { summary } = await maximize(model, table, options);
      const { logLikelihood, iterations } = summary;
      const [wall, cpu] = ["wall", "cpu"].map((unit) => at.maxima[unit] - at.starts[unit]);
      results.push({ problem, workers: count, wall, cpu, logLikelihood, iterations, load });
      process.stderr.write(`${climbRow(results.at(-1))}\n`);
    }
  }
  return results;
}

async function main() {
  const { values } = parseArgs({
    options: {
      problem: { type: "string", default: "P2" },
      workers: { type: "string", default: "1,2" },
      chains: { type: "string", default: "2" },
      warmup: { type: "string", default: "300" },
      draws: { type: "string", default: "700" },
      em: { type: "boolean", default: false },
      repeats: { type: "string", default: "3" },
      json: { type: "string" },
      once: { type: "string" },
    },
  });
  if (values.once !== undefined) return runOnce(JSON.parse(values.once));
  const threads = values.workers.split(",").map(Number);
  if (values.em) {
    const { problem, repeats } = values;
    const climbs = await runClimbs({ problem, workers: threads, repeats: Number(repeats) });
    console.log(climbTable(climbs));
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(climbs)}\n`);
    return;
  }
  const [chains, warmup, draws] = [values.chains, values.warmup, values.draws].map(Number);
  const results = [];
  for (const workers of threads) {
    const once = JSON.stringify({ problem: values.problem, workers, chains, warmup, draws });
    const load = loadavg()[0];
    const { stdout } = await execute(process.execPath, [SELF, "--once", once]);
    results.push({ ...JSON.parse(stdout.trim().split("\n").at(-1)), load });
  }
  console.log(`Node ${process.version}, ${availableParallelism()} cores`);
  console.log(coreTable(results));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results)}\n`);
}

/** A Markdown table; `cores` is how many were at work on average, which other processes' load takes from. */
export function coreTable(results) {
  const rows = results.map(({ problem, workers, wall, cpu, serial, megabytes, load }) => {
    const numbers = [wall, cpu, serial, cpu / wall, results[0].wall / wall];
    const cells = numbers.map((value) => value.toPrecision(3));
    return `| ${[problem, workers, ...cells, megabytes.toFixed(0), load.toFixed(1)].join(" | ")} |`;
  });
  return [
    "| problem | workers | wall s | CPU s | serial s | cores | times as fast | peak MB | load |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** A Markdown table, a row a climb. */
export const climbTable = (results) =>
  [
    "| problem | threads | wall s | CPU s | cores | log-likelihood | iterations | load |",
    "|---|---|---|---|---|---|---|---|",
    ...results.map(climbRow),
  ].join("\n");

function climbRow({ problem, workers, wall, cpu, logLikelihood, iterations, load }) {
  const numbers = [wall, cpu, cpu / wall].map((value) => value.toPrecision(3));
  const found = [logLikelihood.toFixed(6), iterations, load.toFixed(1)];
  return `| ${[problem, workers, ...numbers, ...found].join(" | ")} |`;
}

if (process.argv[1] === SELF) await main();
