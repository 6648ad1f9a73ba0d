// EM from a common start, whole processes, and with --peers what R has beside it:
// node test/bench/em.mjs [--quick] [--peers] [--problems P1,P2] [--repeats 5] [--json out.json]
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { bundle } from "./bundle.mjs";
import { makeProblem } from "./problems.mjs";
import { emRatioTable, emTable } from "./tables.mjs";

const execute = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("peers/em.R", import.meta.url));
export const EM_PROBLEMS = ["P1", "P2", "P3", "P4", "P5"];
/** mixtools takes two experts and one covariate; MoEClust is in no Debian package. */
const PEERS = { flexmix: EM_PROBLEMS, mixtools: ["P3"] };
/** Slow peers run once. */
const LARGE = new Set(["P5"]);
/** Relative to the log-likelihood: below this two programs have found one optimum. */
const SAME_OPTIMUM = 1e-4;
const ONE_THREAD = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };

/**
 * Ours, and the peers' if asked for, a process each, by turns: { results, ratios, skipped }. A result has the least CPU
 * seconds of `repeats` processes, since a shared machine only adds to them; a ratio is a peer's seconds over ours where
 * both have found one optimum.
 */
export async function measureEm({ problems, repeats, peers, rscript = "Rscript" }, say) {
  const { file, remove } = await bundle({ entry: "em.ts" });
  const folder = await mkdtemp(join(tmpdir(), "moebius-bench-em-"));
  const outcome = { results: [], ratios: [], skipped: [] };
  try {
    for (const name of problems) {
      const { csv, experts } = makeProblem(name);
      const data = join(folder, `${name}.csv`);
      await writeFile(data, csv);
      const beside = peers ? Object.keys(PEERS).filter((tool) => PEERS[tool].includes(name)) : [];
      const programs = [
        ours(file, data, experts, repeats),
        ...beside.map((tool) => peer(rscript, tool, data, experts, LARGE.has(name) ? 1 : repeats)),
      ];
      say(`${name}, EM of ${programs.map(({ tool }) => tool).join(", ")}`);
      await takeTurns(name, programs, repeats, outcome);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await remove();
  }
  return outcome;
}

/** One thread, as the peers have: by default V8 compiles and collects in others, which takes more CPU time. */
const ours = (file, data, experts, times) => ({
  tool: "moebius",
  times,
  run: () => execute(process.execPath, ["--single-threaded", file, data, `${experts}`]),
});

const peer = (rscript, tool, data, experts, times) => ({
  tool,
  times,
  run: () => execute(rscript, [SCRIPT, tool, data, `${experts}`], { env: ONE_THREAD }),
});

async function takeTurns(problem, programs, rounds, { results, ratios, skipped }) {
  const load = loadavg()[0];
  const outcomes = new Map(programs.map(({ tool }) => [tool, {}]));
  for (let round = 0; round < rounds; round++) {
    for (const { tool, times, run } of programs) {
      if (round < times) await runAgain(run, outcomes.get(tool));
    }
  }
  const { best: own, failure } = outcomes.get("moebius");
  if (failure !== undefined) throw failure;
  for (const [tool, { best, failure }] of outcomes) {
    if (failure === undefined) {
      results.push({ tool, problem, load, ...best });
      if (tool !== "moebius") compare(problem, tool, best, own, { ratios, skipped });
    } else {
      const reason = (failure.stderr || failure.message).trim().split("\n").at(-1);
      skipped.push(`${tool} is not measured on ${problem}: ${reason}`);
    }
  }
}

/** Once more, unless the program has failed before. */
async function runAgain(run, outcome) {
  if (outcome.failure !== undefined) return;
  try {
    const { stdout } = await run();
    const result = JSON.parse(stdout.trim().split("\n").at(-1));
    const { best = result } = outcome;
    outcome.best = best.seconds.process <= result.seconds.process ? best : result;
  } catch (error) {
    outcome.failure = error;
  }
}

function compare(problem, peer, theirs, own, { ratios, skipped }) {
  const apart = theirs.logLikelihood - own.logLikelihood;
  if (Math.abs(apart) > SAME_OPTIMUM * Math.abs(own.logLikelihood)) {
    skipped.push(`${peer} has found another optimum on ${problem}, ${apart} from ours.`);
    return;
  }
  const { fit, process } = theirs.seconds;
  ratios.push({
    problem,
    peer,
    fit: fit / own.seconds.fit,
    process: process / own.seconds.process,
    memory: theirs.megabytes / own.megabytes,
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      peers: { type: "boolean", default: false },
      problems: { type: "string" },
      repeats: { type: "string", default: "5" },
      json: { type: "string" },
    },
  });
  const problems = values.problems?.split(",") ?? (values.quick ? ["P1", "P3"] : EM_PROBLEMS);
  const repeats = values.quick ? 1 : Number(values.repeats);
  const say = (line) => process.stderr.write(`${line}\n`);
  const em = await measureEm({ problems, repeats, peers: values.peers }, say);
  console.log(`Node ${process.version}, load ${loadavg()[0].toFixed(1)}`);
  console.log(emTable(em.results));
  if (em.ratios.length > 0) console.log(emRatioTable(em.ratios));
  for (const sentence of em.skipped) console.log(sentence);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(em)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
