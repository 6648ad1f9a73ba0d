import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const FOLDER = fileURLToPath(new URL(".", import.meta.url));
/** Compiled Stan and C++ programs, kept from one benchmark to the next. */
const CACHE = join(tmpdir(), "moebius-peers-cache");
/** Chains in different modes have an effective size that measures nothing. */
export const CHAINS_DISAGREE = 1.05;
const SHARED_PACKAGES = ["posterior", "jsonlite", "nnet"];

/**
 * What each peer needs, and warm-up, draws and chains by problem; a missing problem is one that
 * the peer does not finish in a benchmark's time.
 */
const PEERS = [
  {
    name: "RStan",
    script: "stan.R",
    packages: ["rstan", "RcppEigen", "BH"],
    lengths: { P1: [1000, 1000, 2], P2: [250, 250, 2], P3: [500, 500, 2], P4: [150, 150, 1] },
  },
  {
    name: "JAGS",
    script: "jags.R",
    packages: ["rjags"],
    lengths: { P1: [300, 2000, 2], P3: [300, 3000, 2] },
  },
  {
    name: "R Gibbs",
    script: "gibbs.R",
    packages: ["Rcpp"],
    lengths: { P1: [600, 5400, 2], P2: [200, 1800, 2], P3: [500, 4500, 2], P4: [200, 1800, 2] },
  },
];

/**
 * Runs the peers one after another, each alone on one core, on problems of problems.mjs.
 * Returns { results, skipped }: the JSON lines of the scripts (seconds are CPU seconds with warm-up
 * and without compilation) with the machine's load when they began, and a sentence for everything
 * that could not be measured here.
 */
export async function runPeers(problems, { rscript = "Rscript", onStart = () => {} } = {}) {
  const installed = await installedPackages(rscript);
  if (!installed) {
    const sentence = `No peer can be measured here: ${rscript} does not run.`;
    return { results: [], skipped: [sentence] };
  }
  const outcome = { results: [], skipped: [] };
  const folder = await mkdtemp(join(tmpdir(), "moebius-peers-"));
  try {
    await mkdir(CACHE, { recursive: true });
    for (const problem of problems) {
      await writeFile(join(folder, `${problem.name}.csv`), problem.csv);
    }
    const context = { rscript, folder, installed, onStart, outcome };
    for (const peer of PEERS) await runPeer(peer, problems, context);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return outcome;
}

async function runPeer(peer, problems, context) {
  const { installed, outcome, onStart } = context;
  const missing = [...peer.packages, ...SHARED_PACKAGES].filter((name) => !installed.has(name));
  if (missing.length > 0) {
    outcome.skipped.push(`${peer.name} is not measured: R lacks ${missing.join(", ")}.`);
    return;
  }
  for (const problem of problems) {
    const lengths = peer.lengths[problem.name];
    if (!lengths) {
      outcome.skipped.push(
        `${peer.name} is not measured on ${problem.name}: too slow for a benchmark.`,
      );
      continue;
    }
    onStart(peer.name, problem.name);
    await runScript(peer, problem, lengths, context);
  }
}

async function runScript(peer, problem, lengths, { rscript, folder, outcome }) {
  const file = join(folder, `${problem.name}.csv`);
  const points = problem.points.join(",");
  const script = join(FOLDER, peer.script);
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
  env.MOEBIUS_PEERS_CACHE ??= CACHE;
  const load = loadavg()[0];
  try {
    const { stdout } = await execute(
      rscript,
      [script, file, problem.experts, points, ...lengths].map(String),
      { env, maxBuffer: 2 ** 24 },
    );
    const result = JSON.parse(stdout.trim().split("\n").at(-1));
    if (result.rhatMax > CHAINS_DISAGREE) {
      const found = `its chains disagree (R-hat ${result.rhatMax.toFixed(2)})`;
      outcome.skipped.push(`${peer.name} has no rate on ${problem.name}: ${found}.`);
    } else outcome.results.push({ ...result, load });
  } catch (error) {
    const reason = (error.stderr || error.message).trim().split("\n").at(-1);
    outcome.skipped.push(`${peer.name} failed on ${problem.name}: ${reason}`);
  }
}

/** The names of the installed R packages; undefined where Rscript does not run. */
async function installedPackages(rscript) {
  try {
    const { stdout } = await execute(rscript, ["-e", "cat(.packages(TRUE), sep = '\\n')"]);
    return new Set(stdout.split("\n"));
  } catch {
    return undefined;
  }
}
