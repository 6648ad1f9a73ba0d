// What more threads give: the chains of one problem with 1, 2, … workers, by turns, and what of it is serial; after
// `npm run build`. With --em one climb of EM over all rows of a problem that has very many instead, its passes divided
// among the threads.
// node test/bench/many-cores.mjs [--problem P2] [--workers 1,2] [--em] [--repeats 3] [--json out.json]
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { makeProblem } from "./problems.mjs";
import { climbTable, threadTable } from "./tables.mjs";

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
    }
  }
  return results;
}

/** Runs of the default length in a process each, by turns: the fastest in wall time with each number of workers. */
export async function measureThreads({ problem, threads, repeats, ...lengths }, say) {
  const fastest = new Map();
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const workers of threads) {
      say(`${problem} with ${workers} worker${workers === 1 ? "" : "s"}`);
      const once = JSON.stringify({ problem, workers, ...lengths });
      const load = loadavg()[0];
      const { stdout } = await execute(process.execPath, [SELF, "--once", once]);
      const result = { ...JSON.parse(stdout.trim().split("\n").at(-1)), load };
      if (!(fastest.get(workers)?.wall <= result.wall)) fastest.set(workers, result);
    }
  }
  return [...fastest.values()];
}

async function main() {
  const { values } = parseArgs({
    options: {
      problem: { type: "string", default: "P2" },
      workers: { type: "string", default: "1,2" },
      chains: { type: "string", default: "4" },
      warmup: { type: "string", default: "1000" },
      draws: { type: "string", default: "1000" },
      em: { type: "boolean", default: false },
      repeats: { type: "string", default: "3" },
      json: { type: "string" },
      once: { type: "string" },
    },
  });
  if (values.once !== undefined) return runOnce(JSON.parse(values.once));
  const { problem } = values;
  const threads = values.workers.split(",").map(Number);
  const repeats = Number(values.repeats);
  const [chains, warmup, draws] = [values.chains, values.warmup, values.draws].map(Number);
  const say = (line) => process.stderr.write(`${line}\n`);
  const results = values.em
    ? await runClimbs({ problem, workers: threads, repeats })
    : await measureThreads({ problem, threads, repeats, chains, warmup, draws }, say);
  console.log(`Node ${process.version}, ${availableParallelism()} cores`);
  console.log(values.em ? climbTable(results) : threadTable(results));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results)}\n`);
}

if (process.argv[1] === SELF) await main();
