import { CHAINS_DISAGREE } from "./peers/run.mjs";

/** Rows of cells as a Markdown table with its columns lined up. */
function table(columns, rows) {
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const width = columns.map((_, j) => Math.max(...cells.map((row) => row[j].length)));
  const line = (row) => `| ${row.map((cell, j) => cell.padEnd(width[j])).join(" | ")} |`;
  const rule = `|${width.map((w) => "-".repeat(w + 2)).join("|")}|`;
  return `\n${[line(cells[0]), rule, ...cells.slice(1).map(line)].join("\n")}`;
}

/** Three significant digits, whole from 100 on. */
function short(value) {
  if (value === undefined) return "";
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** Ours and the peers', problem by problem. */
export function samplerTable(rows) {
  const byProblem = rows.toSorted((a, b) => a.problem.localeCompare(b.problem));
  return table(
    [
      "problem",
      "sampler",
      "warm-up + draws × chains",
      "ms/sweep",
      "ms/record",
      "ms/iteration, all in",
      "CPU s",
      "ESS min",
      "median",
      "ESS/s min",
      "median",
      "slowest",
      "R-hat max",
      "load",
    ],
    byProblem.map((row) => [
      row.problem,
      row.tool ?? `moebius, ${row.gateUpdate}`,
      `${row.warmup} + ${row.draws} × ${row.chains}`,
      short(row.msPerSweep),
      short(row.msPerRecord),
      short(row.msPerIteration),
      short(row.secondsCpu ?? row.seconds_cpu),
      short(row.essMin),
      short(row.essMedian),
      rate(row, row.essPerSecondMin),
      rate(row, row.essPerSecondMedian),
      row.slowest ?? slowestOf(row.functionals),
      row.rhatMax.toFixed(3),
      row.load.toFixed(1),
    ]),
  );
}

/** A rate from chains that disagree would measure nothing. */
function rate({ rhatMax }, value) {
  return rhatMax > CHAINS_DISAGREE ? "none" : short(value);
}

function slowestOf(functionals) {
  const entries = Object.entries(functionals);
  return entries.reduce((a, b) => (b[1].ess < a[1].ess ? b : a))[0];
}

export function ratioTable(rows) {
  return table(
    ["problem", "gate update", "ESS/s over that of", "min", "median"],
    rows.map(({ problem, gateUpdate, peer, min, median }) => [
      problem,
      gateUpdate,
      peer,
      short(min),
      short(median),
    ]),
  );
}

/** Samplers for a random number of experts; the ratio is to the last of each data set. */
export function countTable(rows) {
  return table(
    [
      "data",
      "sampler",
      "µs/sweep",
      "sweeps an effective draw of K",
      "ESS of K/s",
      "over births of empties",
      "sweeps from one expert, median",
      "longest",
    ],
    rows.map((row) => [
      row.data,
      row.kernel,
      short(row.microseconds),
      short(row.tau),
      short(row.essPerSecond),
      short(row.ratio),
      row.escapeMedian,
      row.escapeLongest,
    ]),
  );
}

/** EM from a common start; the parts of a peer's process are its own affair. */
export function emTable(rows) {
  return table(
    [
      "problem",
      "program",
      "log-likelihood",
      "iterations",
      "reading s",
      "compiling s",
      "start s",
      "EM s",
      "fit CPU s",
      "process CPU s",
      "peak MB",
      "load",
    ],
    rows.map(({ problem, tool, version, logLikelihood, iterations, seconds, megabytes, load }) => [
      problem,
      version === undefined ? tool : `${tool} ${version}`,
      logLikelihood.toFixed(4),
      iterations,
      short(seconds.reading),
      short(seconds.compiling),
      short(seconds.start),
      short(seconds.em),
      short(seconds.fit),
      short(seconds.process),
      short(megabytes),
      load.toFixed(1),
    ]),
  );
}

export function emRatioTable(rows) {
  return table(
    ["problem", "program", "fit over ours", "process over ours", "memory over ours"],
    rows.map(({ problem, peer, fit, process, memory }) => [
      problem,
      peer,
      short(fit),
      short(process),
      short(memory),
    ]),
  );
}

/** Varying coefficients; a bootstrap by the replicate. */
export function varyingTable(rows) {
  return table(
    ["task", "family", "n", "cold CPU s", "warm", "VCMoE CPU s", "over cold", "over warm", "load"],
    rows.map((row) => [
      TASK_NAMES[row.task],
      row.family,
      row.n,
      short(row.cold),
      short(row.warm),
      short(row.recorded),
      short(row.ratio),
      short(row.ratioWarm),
      row.load.toFixed(1),
    ]),
  );
}

const TASK_NAMES = {
  fit: "fit",
  tube: "bands",
  multiplier: "bands, multiplier",
  bootstrap: "bootstrap, a replicate",
  posterior: "posterior, 4 chains × 2000 sweeps",
};

export function kernelTable(rows) {
  return table(
    ["kernel", "ns"],
    rows.map(({ kernel, nsPerCall }) => [kernel, short(nsPerCall)]),
  );
}

export function startUpTable(rows) {
  return table(
    ["process", "CPU ms", "wall ms"],
    rows.map(({ what, cpuMs, wallMs }) => [what, short(cpuMs), short(wallMs)]),
  );
}

/** Chains with each number of workers; `cores` is how many were at work on average. */
export function threadTable(results) {
  const one = results[0].wall;
  return table(
    [
      "problem",
      "workers",
      "wall s",
      "CPU s",
      "serial s",
      "cores",
      "times as fast",
      "peak MB",
      "load",
    ],
    results.map(({ problem, workers, wall, cpu, serial, megabytes, load }) => [
      problem,
      workers,
      ...[wall, cpu, serial, cpu / wall, one / wall].map(short),
      megabytes.toFixed(0),
      load.toFixed(1),
    ]),
  );
}

/** A row a climb of EM. */
export const climbTable = (results) =>
  table(
    ["problem", "threads", "wall s", "CPU s", "cores", "log-likelihood", "iterations", "load"],
    results.map(({ problem, workers, wall, cpu, logLikelihood, iterations, load }) => [
      problem,
      workers,
      ...[wall, cpu, cpu / wall].map(short),
      logLikelihood.toFixed(6),
      iterations,
      load.toFixed(1),
    ]),
  );

/** A row a point of the cost curves. */
export const costTable = (results) =>
  table(
    [
      "what",
      "rows",
      "experts",
      "covariates",
      "steps",
      "compiling s",
      "start s",
      "steps s",
      "ns a row and step",
      "peak MB",
    ],
    results.map(({ what, n, experts, covariates, steps, seconds, megabytes }) => [
      ...[what, n, experts, covariates, steps],
      ...[seconds.compile, seconds.start, seconds.steps].map(short),
      short((1e9 * seconds.steps) / (n * Math.max(1, steps))),
      megabytes.toFixed(0),
    ]),
  );
