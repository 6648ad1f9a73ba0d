// Times the samplers for a random number of experts on one data set and prints one JSON line.
// node <bundle> <name> <data.csv> <"as given"|standardized> <sweeps> <escapes>
import { readFileSync } from "node:fs";
import { essMean } from "../../diagnostics/ess-moments.ts";
import { compile } from "../../models/compile.ts";
import { gaussian, moe, normal, normalInverseGamma, poisson, softmax } from "../../models/index.ts";
import { sampler } from "../../samplers/index.ts";
import { initializeCount } from "../../samplers/initialize-count.ts";
import { allocate } from "../../samplers/moves/allocate.ts";
import { permuteLabels } from "../../samplers/moves/permute-labels.ts";
import { translateGate } from "../../samplers/moves/translate-gate.ts";
import { updateExperts } from "../../samplers/moves/update-experts.ts";
import { updateGate } from "../../samplers/moves/update-gate.ts";
import { sweep } from "../../samplers/sweep.ts";
import type { Table } from "../../src/core/data.ts";
import type { Move } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { tableFrom } from "../../src/data/table.ts";
import { mean, standardDeviation } from "../../src/math/moments.ts";
import { createRng } from "../../src/math/rng.ts";
import { emptyBirthDeath } from "../helpers/empty-birth-death.ts";

const MAX = 6;
const WARMUP = 1000;
/** Chains of each sampler. */
const CHAINS = 4;
/** Samplers take turns with so many sweeps, so that what else the machine does meets all alike. */
const BLOCK = 500;
/** An escape that takes longer is given up, and counted as this. */
const MOST_SWEEPS = 5000;
/** A chain has arrived where its log-likelihood is no further below the posterior's mean than this. */
const NEAR = 8;
const MOVES_OF_EMPTIES = 2;

const [name, file, scale, sweeps, escapes] = process.argv.slice(2);
const table = standardized(parseTable(readFileSync(file!, "utf8")));
const reference = {
  experts: normalInverseGamma({ mean: 0, scale: 4, shape: 2, rate: 0.5 }),
  gate: normal(0, 2),
};
const [y, x] = [...table.columns.keys()].includes("y") ? ["y", "x"] : ["tuned", "stretchratio"];
const model = moe({
  experts: gaussian(`${y} ~ ${x}`, reference.experts),
  gate: softmax(`~ ${x}`, reference.gate),
  components: poisson(1, { max: MAX }),
  standardize: false,
});
const { target } = compile(model, table);

/** A new kernel each time: what one has learned in warm-up belongs to its chain. */
const kernels: Readonly<Record<string, () => Move>> = {
  auto: () => sampler("auto", {}).compile(target),
  "reversible-jump": () => sampler("reversible-jump", {}).compile(target),
  mfm: () => sampler("mfm", {}).compile(target),
  "births of empties": () => simple(target, "default"),
  "births of empties, Pólya-Gamma gate": () => simple(target, "polya-gamma"),
};
const rows = stationary(kernels, Number(sweeps));
const centre = rows[0]!.logLikelihood;
console.log(
  JSON.stringify({
    name,
    rows: rows.map((row) => ({ ...row, ...escapesOf(kernels[row.kernel]!()) })),
  }),
);

/** Every column with mean 0 and sd 1, where the data are not of that scale. */
function standardized(given: Table): Table {
  if (scale === "as given") return given;
  const columns = [...given.columns].map(([name, column]) => {
    const values = column.kind === "numeric" ? column.values : new Float64Array(given.rows);
    const centre = mean(values);
    const sd = standardDeviation(values);
    return [name, values.map((value) => (value - centre) / sd)] as const;
  });
  return tableFrom(Object.fromEntries(columns));
}

/** Gibbs with births and deaths of empty experts, as a textbook has it. */
function simple(of: Target, gateUpdate: string): Move {
  return sweep("births of empties", [
    ...translateGate(of),
    permuteLabels(of),
    updateExperts(of),
    updateGate(of, gateUpdate),
    ...Array.from({ length: MOVES_OF_EMPTIES }, () => emptyBirthDeath(of)),
    allocate(of),
  ]);
}

/** Effective draws of K of some samplers by turns, from starts halfway; their chains are worth what they are together. */
function stationary(of: typeof kernels, total: number) {
  const all = Object.entries(of).map(([kernel, make]) => {
    const chains = Array.from({ length: CHAINS }, (_, c) => warmedUp(make(), c + 1, total));
    return { kernel, chains, seconds: 0 };
  });
  for (let chain = 0; chain < CHAINS; chain++) {
    for (let from = 0; from < total; from += BLOCK) {
      for (const one of all) {
        const began = process.cpuUsage();
        one.chains[chain]!.go(from, Math.min(total, from + BLOCK));
        const { user, system } = process.cpuUsage(began);
        one.seconds += (user + system) / 1e6;
      }
    }
  }
  return all.map(({ kernel, chains, seconds }) => {
    const ess = chains.reduce((sum, { counts }) => sum + essMean.compute([counts]), 0);
    return {
      kernel,
      microseconds: (1e6 * seconds) / (CHAINS * total),
      tau: (CHAINS * total) / ess,
      essPerSecond: ess / seconds,
      logLikelihood: mean(Float64Array.from(chains, ({ logLikelihoods }) => mean(logLikelihoods))),
    };
  });
}

/** Sweeps from one expert to where the posterior is, several times; no warm-up. */
function escapesOf(move: Move) {
  const lengths = Array.from({ length: Number(escapes) }, (_, c) => {
    const rng = createRng(2, c);
    let state = initializeCount(rng, target, "fewest");
    for (let t = 1; t < MOST_SWEEPS; t++) {
      const transition = move.step(rng, state);
      state = transition.state;
      if (transition.info["log_likelihood"]! > centre - NEAR) return t;
    }
    return MOST_SWEEPS;
  }).sort((a, b) => a - b);
  return { escapeMedian: lengths[lengths.length >> 1]!, escapeLongest: lengths.at(-1)! };
}

/** A chain after its warm-up, which goes on from sweep to sweep when it is asked to. */
function warmedUp(move: Move, seed: number, total: number) {
  const rng = createRng(seed, 1);
  let state = initializeCount(rng, target, "middle");
  for (let t = 0; t < WARMUP; t++) state = move.step(rng, state, true).state;
  const counts = new Float64Array(total);
  const logLikelihoods = new Float64Array(total);
  return {
    counts,
    logLikelihoods,
    go(from: number, to: number): void {
      for (let t = from; t < to; t++) {
        const transition = move.step(rng, state);
        state = transition.state;
        counts[t] = state.theta.rows;
        logLikelihoods[t] = transition.info["log_likelihood"]!;
      }
    },
  };
}
