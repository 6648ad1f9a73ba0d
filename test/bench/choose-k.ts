// Prints, for one table with columns x and y, what merge–truncate–merge, the dendrogram and the variational bound say of the
// number of experts, beside the number of experts with rows. node <bundle> <data.csv>
import { readFileSync } from "node:fs";
import { dendrogramOfDraws } from "../../diagnostics/dendrogram.ts";
import { atomCounts } from "../../diagnostics/merge-truncate-merge.ts";
import { compile } from "../../models/compile.ts";
import { variationalBound } from "../../samplers/variational.ts";
import { pooled, variable } from "../../src/core/draws.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { createRng } from "../../src/math/rng.ts";
import { sample } from "../../src/run/sample.ts";
import { serial } from "../../src/run/serial.ts";

const MOST = 6;
const SEED = 1;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("one argument is needed: a CSV file with columns x and y.");
const table = parseTable(readFileSync(file, "utf8"));

/** The model of the reference posteriors of the number of experts; covariates as they are. */
const modelOf = (components: number): ModelDeclaration => ({
  experts: {
    family: "gaussian",
    formula: "y ~ x",
    prior: { kind: "normal-inverse-gamma", mean: 0, scale: 4, shape: 2, rate: 0.5 },
  },
  gate: { kind: "softmax", formula: "~ x", prior: { kind: "normal", mean: 0, sd: 2 } },
  components,
  standardize: false,
});

const run = await sample(modelOf(MOST), table, {
  chains: 4,
  warmup: 1000,
  draws: 5000,
  seed: SEED,
  executor: serial(),
});
const { target } = compile(modelOf(MOST), table);
const show = (counts: Readonly<Record<number, number>>) =>
  Object.entries(counts)
    .map(([K, share]) => `${K}: ${share.toFixed(3)}`)
    .join("  ");

console.log(`\n${file}: n = ${target.n}, ${MOST} experts, ${run.draws.chains.length} chains`);
const filled: Record<number, number> = {};
const counts = pooled(variable(run.draws, "K_filled"));
for (const K of counts) filled[K] = (filled[K] ?? 0) + 1 / counts.length;
console.log(`experts with rows      ${show(filled)}`);

for (const { counts: left, mode, thresholds } of atomCounts(
  createRng(SEED),
  target,
  run.draws,
  [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2],
)) {
  const { constant, radius, truncation, most } = thresholds;
  const limits = `C = ${constant}, ω = ${radius.toFixed(3)}, ω^r = ${truncation.toPrecision(3)}, at most ${most}`;
  console.log(`merge–truncate–merge   mode ${mode}   ${show(left)}   (${limits})`);
}

const { levels, chosen } = dendrogramOfDraws(target, run.draws);
for (const { components, height, logLikelihood, dsc } of levels) {
  const numbers = [height, target.n * logLikelihood, dsc]
    .map((value) => value.toFixed(3))
    .join("  ");
  console.log(`dendrogram             K = ${components}: height, log-likelihood, DSC = ${numbers}`);
}
console.log(`dendrogram             chooses ${chosen}`);

for (let K = 1; K <= MOST; K++) {
  const began = process.cpuUsage().user;
  const fit = variationalBound(createRng(SEED, K), compile(modelOf(K), table).target);
  const seconds = (process.cpuUsage().user - began) / 1e6;
  const starts = fit.restarts.map(({ bound }) => bound.toFixed(2)).join(" ");
  console.log(
    `variational bound      K = ${K}: ${fit.bound.toFixed(3)} (se ${fit.se.toFixed(3)}), with log K! ` +
      `${fit.boundWithLabels.toFixed(3)}, of all copies ${fit.mixtureBound?.bound.toFixed(3)} ` +
      `(se ${fit.mixtureBound?.se.toFixed(3)}); starts ${starts}; ${seconds.toFixed(1)} s`,
  );
}
