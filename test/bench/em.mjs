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

/**
 * Ours, and the peers' if asked for, a process each: { results, ratios, skipped }. A result has the least CPU seconds
 * of `repeats` processes; a ratio is a peer's seconds over ours where both have found one optimum.
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
      say(`${name}, EM`);
      // One thread, as the peers have: by default V8 compiles and collects in others, which takes more CPU time.
      const run = () => execute(process.execPath, ["--single-threaded", file, data, `${experts}`]);
      const ours = await least(run, repeats, name, "moebius");
      outcome.results.push(ours);
      if (!peers) continue;
      const beside = Object.keys(PEERS).filter((tool) => PEERS[tool].includes(name));
      for (const tool of beside) {
        say(`${name}, EM of ${tool}`);
        const times = LARGE.has(name) ? 1 : repeats;
        await runPeer({ tool, name, data, experts, times, rscript }, ours, outcome);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await remove();
  }
  return outcome;
}

async function runPeer({ tool, name, data, experts, times, rscript }, ours, outcome) {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
  const run = () => execute(rscript, [SCRIPT, tool, data, `${experts}`], { env });
  try {
    const theirs = await least(run, times, name, tool);
    outcome.results.push(theirs);
    const apart = theirs.logLikelihood - ours.logLikelihood;
    if (Math.abs(apart) > SAME_OPTIMUM * Math.abs(ours.logLikelihood)) {
      outcome.skipped.push(`${tool} has found another optimum on ${name}, ${apart} from ours.`);
      return;
    }
    outcome.ratios.push({
      problem: name,
      peer: tool,
      fit: theirs.seconds.fit / ours.seconds.fit,
      process: theirs.seconds.process / ours.seconds.process,
      memory: theirs.megabytes / ours.megabytes,
    });
  } catch (error) {
    const reason = (error.stderr || error.message).trim().split("\n").at(-1);
    outcome.skipped.push(`${tool} is not measured on ${name}: ${reason}`);
  }
}

/** The run of least CPU time: a shared machine only adds to it. */
async function least(run, repeats, problem, tool) {
  let best;
  const load = loadavg()[0];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const { stdout } = await run();
    const result = JSON.parse(stdout.trim().split("\n").at(-1));
    if (best === undefined || result.seconds.process < best.seconds.process) best = result;
  }
  return { tool, problem, load, ...best };
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
