// Prints, for simulated Gaussian data of two well separated components, how often the bands hold the whole function, errors
// of posterior means and Bayes factors. node <bundle> [replicates] [n] [first seed]
import {
  sampleVarying,
  type VaryingPosterior,
  varyingPosterior,
} from "../../src/analysis/varying-bayes.ts";
import type { PosteriorCurve } from "../../src/analysis/varying-bayes-curves.ts";
import { type SimulatedVarying, simulateVarying } from "../../src/analysis/varying-simulate.ts";
import { serial } from "../../src/run/serial.ts";

const [replicates = 60, n = 300, firstSeed = 1] = process.argv.slice(2).map(Number);
const OPTIONS = { chains: 2, warmup: 500, draws: 1000 };
const FACTOR_DRAWS = 300;

interface Tally {
  pointwise: number;
  points: number;
  simultaneous: number;
  squares: number;
  sds: number;
  functions: number;
  factors: number[];
}

const tallies = new Map<string, Tally>();
const of = (name: string): Tally => {
  const known = tallies.get(name);
  if (known !== undefined) return known;
  const zero = { pointwise: 0, points: 0, simultaneous: 0, squares: 0, sds: 0, functions: 0 };
  const fresh: Tally = { ...zero, factors: [] };
  tallies.set(name, fresh);
  return fresh;
};

/** Which true component each component of a fit is, by the experts' functions. */
function matching({ curves }: VaryingPosterior, truth: SimulatedVarying["truth"]): number[] {
  const error = (order: readonly number[]): number =>
    curves
      .filter(({ part }) => part === "experts")
      .flatMap((curve) =>
        curve.u.map((u, g) => (curve.estimate[g]! - truth(as(curve, order), u)) ** 2),
      )
      .reduce((sum, square) => sum + square, 0);
  return error([1, 2]) <= error([2, 1]) ? [1, 2] : [2, 1];
}

const as = (curve: PosteriorCurve, order: readonly number[]) => ({
  part: curve.part,
  term: curve.term,
  component: order[curve.component - 1]!,
});

function add(posterior: VaryingPosterior, truth: SimulatedVarying["truth"]): void {
  const order = matching(posterior, truth);
  for (const curve of posterior.curves) {
    const named = as(curve, order);
    if (named.part === "gate" && named.component === 2) continue;
    const tally = of(`${named.part} ${named.component} ${named.term}`);
    let isInside = true;
    curve.u.forEach((u, g) => {
      const value = truth(named, u);
      tally.squares += (curve.estimate[g]! - value) ** 2;
      tally.sds += curve.sd[g]!;
      tally.points++;
      if (value >= curve.lower[g]! && value <= curve.upper[g]!) tally.pointwise++;
      if (value < curve.simultaneousLower[g]! || value > curve.simultaneousUpper[g]!)
        isInside = false;
    });
    tally.functions++;
    if (isInside) tally.simultaneous++;
  }
  for (const { component, part, term, logBayesFactor } of posterior.bayesFactors) {
    const label = component === undefined ? 1 : order[component - 1];
    of(`${part} ${label} ${term}`).factors.push(logBayesFactor);
  }
}

let refused = 0;
let sampling = 0;
for (let r = 0; r < replicates; r++) {
  const seed = firstSeed + r;
  const { table, model, truth } = simulateVarying({ n, seed });
  const began = process.cpuUsage();
  const run = await sampleVarying(model, table, { ...OPTIONS, seed, executor: serial() });
  const { user, system } = process.cpuUsage(began);
  sampling += (user + system) / 1e6;
  const posterior = varyingPosterior(run, table, { factorDraws: FACTOR_DRAWS });
  if (posterior.refused === undefined) add(posterior, truth);
  else {
    refused++;
    console.log(`seed ${seed}: ${posterior.refused}`);
  }
  if ((r + 1) % 10 === 0) print(r + 1);
}

function print(done: number): void {
  const sweeps = OPTIONS.chains * (OPTIONS.warmup + OPTIONS.draws);
  console.log(
    `\nn = ${n}, ${done} replicates, ${refused} without curves, ${sweeps} sweeps each, ` +
      `${((1000 * sampling) / (done * sweeps)).toFixed(2)} CPU ms a sweep, starts included`,
  );
  let inside = 0;
  let functions = 0;
  for (const [name, tally] of tallies) {
    const { points, factors } = tally;
    const median = [...factors].sort((a, b) => a - b)[factors.length >> 1] ?? Number.NaN;
    const share = factors.filter((factor) => factor > 0).length / factors.length;
    inside += tally.simultaneous;
    functions += tally.functions;
    console.log(
      [
        name.padEnd(26),
        `pointwise ${(tally.pointwise / points).toFixed(3)}`,
        `simultaneous ${(tally.simultaneous / tally.functions).toFixed(3)}`,
        `RMSE ${Math.sqrt(tally.squares / points).toFixed(4)}`,
        `mean sd ${(tally.sds / points).toFixed(4)}`,
        `log BF median ${median.toFixed(2)}, for a constant ${share.toFixed(2)}`,
      ].join("  "),
    );
  }
  console.log(`all functions: simultaneous ${(inside / functions).toFixed(3)}`);
}
