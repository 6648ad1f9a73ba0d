// Times our samplers, EM, threads, kernels and start-up, how cost grows, and with --peers what users would run instead.
// npm run bench [-- --quick] [-- --peers] [-- --problems P1,P2] [-- --json out.json]
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { bundle } from "./bundle.mjs";
import { measureCosts } from "./cost-curves.mjs";
import { EM_PROBLEMS, measureEm } from "./em.mjs";
import { measureKernels } from "./kernels.mjs";
import { measureThreads } from "./many-cores.mjs";
import { CHAINS_DISAGREE, runPeers } from "./peers/run.mjs";
import { makeProblem, problemNames } from "./problems.mjs";
import { measureRandomCounts } from "./random-count.mjs";
import { measureStartUp } from "./start-up.mjs";
import {
  costTable,
  countTable,
  emRatioTable,
  emTable,
  kernelTable,
  ratioTable,
  samplerTable,
  startUpTable,
  threadTable,
  varyingTable,
} from "./tables.mjs";
import { measureVarying } from "./varying.mjs";

const execute = promisify(execFile);
/** The default sampler, and Gibbs sweeps with each update of the gate. */
const SAMPLERS = ["marginal", "laplace", "polya-gamma"];
const CHAINS = 2;
/** Warm-up and draws a chain. */
const LENGTHS = { P1: [1000, 20000], P2: [300, 5000], P3: [1000, 40000], P4: [1000, 5000] };
const QUICK_LENGTHS = { P1: [50, 200], P2: [20, 60], P3: [50, 200], P4: [20, 60] };
/** CPU milliseconds of sweeps to take the least block of; repeats of kernels and of processes. */
const FULL = {
  lengths: LENGTHS,
  counts: { sweeps: 20000, escapes: 16 },
  sweeps: 2000,
  em: { problems: EM_PROBLEMS, repeats: 5 },
  threads: {
    problem: "P2",
    threads: [1, 2],
    repeats: 3,
    chains: 4,
    warmup: 1000,
    draws: 1000,
  },
  kernels: 60,
  startUp: 10,
};
const QUICK = {
  lengths: QUICK_LENGTHS,
  counts: { sweeps: 500, escapes: 2 },
  sweeps: 150,
  em: { problems: ["P1", "P3"], repeats: 1 },
  threads: {
    problem: "P3",
    threads: [1, 2],
    repeats: 1,
    chains: 2,
    warmup: 50,
    draws: 200,
  },
  kernels: 20,
  startUp: 2,
};

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    peers: { type: "boolean", default: false },
    problems: { type: "string", default: problemNames.join(",") },
    json: { type: "string" },
  },
});
const problems = options.problems.split(",").map(makeProblem);
const effort = options.quick ? QUICK : FULL;
const say = (line) => process.stderr.write(`${line}\n`);

const result = await measure();
print(result);
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result)}\n`);

async function measure() {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url)));
  const machine = {
    architecture: process.arch,
    cores: availableParallelism(),
    loadStart: loadavg()[0],
  };
  const samplers = await measureSamplers();
  const counts = await measureRandomCounts(effort.counts, say);
  const em = await measureEm({ ...effort.em, peers: options.peers }, say);
  const varying = await measureVarying(options.quick, say);
  const threads = await measureThreads(effort.threads, say);
  const costs = await measureCosts({ quick: options.quick }, say);
  say("kernels");
  const kernels = await measureKernels({ repeats: effort.kernels });
  say("start-up");
  const startUp = await measureStartUp(effort.startUp);
  const onStart = (peer, problem) => say(`${problem} ${peer}`);
  const peers = options.peers ? await runPeers(problems, { onStart }) : undefined;
  return {
    moebius: version,
    node: process.version,
    date: new Date().toISOString(),
    quick: options.quick,
    machine: { ...machine, loadEnd: loadavg()[0] },
    samplers,
    counts,
    em,
    varying,
    threads,
    costs: costs.results,
    kernels,
    startUp,
    ...(peers === undefined ? {} : { peers, ratios: ratios(samplers, peers.results) }),
  };
}

/** One process a problem and sampler, one after another. */
async function measureSamplers() {
  const rows = [];
  const { file, remove } = await bundle({ entry: "run-problem.ts" });
  const folder = await mkdtemp(join(tmpdir(), "moebius-bench-problems-"));
  try {
    for (const problem of problems) {
      const data = join(folder, `${problem.name}.json`);
      await writeFile(data, JSON.stringify(problem));
      for (const gateUpdate of SAMPLERS) {
        say(`${problem.name} ${gateUpdate}`);
        const numbers = [...effort.lengths[problem.name], CHAINS, effort.sweeps].map(String);
        const load = loadavg()[0];
        const { stdout } = await execute(process.execPath, [file, data, gateUpdate, ...numbers]);
        rows.push({ ...JSON.parse(stdout), load });
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await remove();
  }
  return rows;
}

/** Our effective draws a CPU second over those of each peer, where our chains agree. */
function ratios(samplers, peers) {
  const agreeing = samplers.filter(({ rhatMax }) => rhatMax <= CHAINS_DISAGREE);
  return agreeing.flatMap((ours) =>
    peers
      .filter(({ problem }) => problem === ours.problem)
      .map((peer) => ({
        problem: ours.problem,
        gateUpdate: ours.gateUpdate,
        peer: peer.tool,
        min: ours.essPerSecondMin / peer.essPerSecondMin,
        median: ours.essPerSecondMedian / peer.essPerSecondMedian,
      })),
  );
}

function print({
  moebius,
  node,
  date,
  machine,
  samplers,
  counts,
  em,
  varying,
  threads,
  costs,
  kernels,
  startUp,
  peers,
  ratios,
}) {
  const load = `load ${machine.loadStart.toFixed(1)} to ${machine.loadEnd.toFixed(1)}`;
  console.log(
    `moebius ${moebius}, Node ${node}, ${machine.cores} cores (${machine.architecture}), ${load}, ${date}`,
  );
  console.log(samplerTable([...samplers, ...(peers?.results ?? [])]));
  if (peers !== undefined) {
    for (const sentence of peers.skipped) console.log(sentence);
    console.log(ratioTable(ratios));
  }
  console.log(countTable(counts));
  console.log(emTable(em.results));
  if (em.ratios.length > 0) console.log(emRatioTable(em.ratios));
  for (const sentence of em.skipped) console.log(sentence);
  console.log(varyingTable(varying));
  console.log(threadTable(threads));
  console.log(costTable(costs));
  console.log(kernelTable(kernels));
  console.log(startUpTable(startUp));
}
