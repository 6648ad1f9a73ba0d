// Samples one problem with one sampler in a process of its own and prints one JSON line.
// node <bundle> <problem.json> <"marginal", or a gate update of gibbs> <warmup> <draws> <chains> <milliseconds of sweeps>
import { readFileSync } from "node:fs";
import { summarizeVariable } from "../../diagnostics/summarize.ts";
import { compile } from "../../models/compile.ts";
import { sampler } from "../../samplers/index.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { createRng } from "../../src/math/rng.ts";
import { recorderOf } from "../../src/run/chain.ts";
import { sample } from "../../src/run/sample.ts";
import { serial } from "../../src/run/serial.ts";
import { functionalChains } from "./functionals.ts";
import { modelOf } from "./model.ts";
import type { Problem } from "./problems.d.mts";

/** Of the chains, in turn, as by default. */
const STARTS = ["kmeans", "em"] as const;
const WARM_SWEEPS = 50;
const BLOCKS = 15;

const [file, gateUpdate, ...numbers] = process.argv.slice(2);
if (file === undefined || gateUpdate === undefined || numbers.length !== 4) {
  throw new Error("six arguments are needed: a problem, a gate update and four numbers.");
}
const [warmup, draws, chains, sweepMilliseconds] = numbers.map(Number) as [
  number,
  number,
  number,
  number,
];
const problem: Problem = JSON.parse(readFileSync(file, "utf8"));
const model = modelOf(problem);
const table = parseTable(problem.csv);
const [samplerName, samplerOptions]: [string, Record<string, string>] =
  gateUpdate === "marginal" ? ["marginal", {}] : ["gibbs", { gateUpdate }];
const settings = {
  sampler: samplerName,
  chains,
  warmup,
  draws,
  seed: 1,
  starts: STARTS,
  samplerOptions,
};

const began = cpuSeconds();
const run = await sample(model, table, { ...settings, executor: serial() });
const seconds = cpuSeconds() - began;

const compiled = compile(model, table);
const summaries = [...functionalChains(compiled, problem, run.draws)].map(([name, values]) =>
  summarizeVariable(name, values),
);
const least = summaries.reduce((a, b) => (b.ess_bulk < a.ess_bulk ? b : a));
const essMedian = median(summaries.map(({ ess_bulk }) => ess_bulk));
const iterations = (warmup + draws) * chains;

console.log(
  JSON.stringify({
    problem: problem.name,
    gateUpdate,
    start: STARTS.join(", "),
    warmup,
    draws,
    chains,
    secondsCpu: seconds,
    msPerIteration: (1000 * seconds) / iterations,
    ...steadyMilliseconds(),
    acceptance: acceptanceOf(run.chains),
    moves: run.chains.map(({ moves }) => moves ?? []),
    essMin: least.ess_bulk,
    essMedian,
    essPerSecondMin: least.ess_bulk / seconds,
    essPerSecondMedian: essMedian / seconds,
    slowest: least.name,
    rhatMax: Math.max(...summaries.map(({ rhat }) => rhat)),
    functionals: Object.fromEntries(
      summaries.map(({ name, mean, sd, mcse_mean, ess_bulk, rhat }) => [
        name,
        { mean, sd, mcse: mcse_mean, ess: ess_bulk, rhat },
      ]),
    ),
  }),
);

/** CPU milliseconds of a sweep and of recording a draw, code compiled and chain near its posterior. */
function steadyMilliseconds() {
  const kernel = sampler(samplerName, { start: STARTS[0], ...samplerOptions }).compile(
    compiled.target,
  );
  const recorder = recorderOf(compiled);
  const values = new Float64Array(recorder.variables.length);
  const rng = createRng(1, 1);
  let { state, info } = kernel.step(rng, kernel.init(rng), true);
  // Warm-up is where a kernel learns how to propose.
  for (let i = 0; i < warmup; i++) ({ state, info } = kernel.step(rng, state, true));
  const sweep = (): void => {
    ({ state, info } = kernel.step(rng, state));
  };
  for (let i = 0; i < WARM_SWEEPS; i++) sweep();
  return {
    msPerSweep: leastMilliseconds(sweep),
    msPerRecord: leastMilliseconds(() => recorder.record(state, info, values)),
  };
}

/** The least over blocks of CPU milliseconds a call; a shared machine only adds to them. */
function leastMilliseconds(call: () => void): number {
  const trial = cpuSeconds();
  for (let i = 0; i < 10; i++) call();
  const each = Math.max(1e-3, (1000 * (cpuSeconds() - trial)) / 10);
  const calls = Math.max(1, Math.ceil(sweepMilliseconds / BLOCKS / each));
  let best = Number.POSITIVE_INFINITY;
  for (let block = 0; block < BLOCKS; block++) {
    const from = cpuSeconds();
    for (let i = 0; i < calls; i++) call();
    best = Math.min(best, (1000 * (cpuSeconds() - from)) / calls);
  }
  return best;
}

/** The share of proposals accepted, by move; of moves that propose. */
function acceptanceOf(reports: typeof run.chains): Record<string, number> {
  const names = Object.keys(reports[0]!.acceptance);
  const total = (name: string, what: "accepted" | "proposed") =>
    reports.reduce((sum, { acceptance }) => sum + (acceptance[name]?.[what] ?? 0), 0);
  return Object.fromEntries(
    names
      .filter((name) => total(name, "proposed") > 0)
      .map((name) => [name, total(name, "accepted") / total(name, "proposed")]),
  );
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const half = ascending.length >> 1;
  return ascending.length % 2 === 1
    ? ascending[half]!
    : (ascending[half - 1]! + ascending[half]!) / 2;
}
