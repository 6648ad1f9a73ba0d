// Prints, for simulated Gaussian data of two well separated components, how often the bands hold the whole function, errors
// of posterior means and of local maxima on the same data, all at 51 points from end to end of the index, and Bayes factors.
// With "constant" for a last word the slope z1 of expert 1 is one number in the data, and a function to be told from one in the model.
// node <bundle> [replicates] [n] [first seed] [bandwidth] [constant]
import { fitVarying } from "../../src/analysis/varying.ts";
import {
  sampleVarying,
  type VaryingPosterior,
  varyingPosterior,
} from "../../src/analysis/varying-bayes.ts";
import type { PosteriorCurve } from "../../src/analysis/varying-bayes-bands.ts";
import { type SimulatedVarying, simulateVarying } from "../../src/analysis/varying-simulate.ts";
import { serial } from "../../src/run/serial.ts";

const [replicates = 60, n = 300, firstSeed = 1, bandwidth = 0.25] = process.argv
  .slice(2, 6)
  .map(Number);
const CONSTANT =
  process.argv[6] === "constant" ? [{ component: 1, part: "experts", term: "z1" } as const] : [];
const OPTIONS = { chains: 2, warmup: 500, draws: 1000 };
const FACTOR_DRAWS = 300;
const POINTS = 51;

interface Tally {
  pointwise: number;
  points: number;
  simultaneous: number;
  squares: number;
  /** Of local maxima. */
  localSquares: number;
  localPoints: number;
  sds: number;
  functions: number;
  factors: number[];
}

const tallies = new Map<string, Tally>();
const of = (name: string): Tally => {
  const known = tallies.get(name);
  if (known !== undefined) return known;
  const zero = { pointwise: 0, points: 0, simultaneous: 0, squares: 0, sds: 0, functions: 0 };
  const local = { localSquares: 0, localPoints: 0 };
  const fresh: Tally = { ...zero, ...local, factors: [] };
  tallies.set(name, fresh);
  return fresh;
};

type Curve = Pick<PosteriorCurve, "component" | "part" | "term" | "u" | "estimate">;

/** Which true component each component of a fit is, by the experts' functions. */
function matching(curves: readonly Curve[], truth: SimulatedVarying["truth"]): number[] {
  const error = (order: readonly number[]): number =>
    curves
      .filter(({ part }) => part === "experts")
      .flatMap((curve) =>
        curve.u.map((u, g) => (curve.estimate[g]! - truth(as(curve, order), u)) ** 2),
      )
      .reduce((sum, square) => sum + square, 0);
  return error([1, 2]) <= error([2, 1]) ? [1, 2] : [2, 1];
}

const as = (curve: Curve, order: readonly number[]) => ({
  part: curve.part,
  term: curve.term,
  component: order[curve.component - 1]!,
});

function add(posterior: VaryingPosterior, truth: SimulatedVarying["truth"]): void {
  const order = matching(posterior.curves, truth);
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

/** Errors of the local maxima at the same points. */
function addLocal({ table, model, truth }: SimulatedVarying): void {
  const index = table.columns.get("u");
  if (index?.kind !== "numeric") throw new Error("no index");
  const [low, high] = [Math.min(...index.values), Math.max(...index.values)];
  const grid = Array.from({ length: POINTS }, (_, g) =>
    Math.min(low + (g / (POINTS - 1)) * (high - low), high),
  );
  const { fit } = fitVarying(model, table, { bandwidth, grid });
  const curves = fit.curves.map((curve) => ({ ...curve, u: fit.grid, estimate: curve.value }));
  const order = matching(curves, truth);
  for (const curve of curves) {
    const named = as(curve, order);
    if (named.part === "gate" && named.component === 2) continue;
    const tally = of(`${named.part} ${named.component} ${named.term}`);
    tally.localPoints += grid.length;
    curve.u.forEach((u, g) => {
      tally.localSquares += (curve.estimate[g]! - truth(named, u)) ** 2;
    });
  }
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

let refused = 0;
let sampling = 0;
let summarising = 0;
for (let r = 0; r < replicates; r++) {
  const seed = firstSeed + r;
  const simulated = simulateVarying({ n, seed, separation: 1.6, constant: CONSTANT });
  const { table, model, truth } = simulated;
  const began = cpu();
  const run = await sampleVarying(model, table, { ...OPTIONS, seed, executor: serial() });
  const drawn = cpu();
  const posterior = varyingPosterior(run, table, { points: POINTS, factorDraws: FACTOR_DRAWS });
  sampling += drawn - began;
  summarising += cpu() - drawn;
  addLocal(simulated);
  if (posterior.refused === undefined) add(posterior, truth);
  else {
    refused++;
    console.log(`seed ${seed}: ${posterior.refused}`);
  }
  if ((r + 1) % 10 === 0 || r + 1 === replicates) print(r + 1);
}

function print(done: number): void {
  const sweeps = OPTIONS.chains * (OPTIONS.warmup + OPTIONS.draws);
  console.log(
    `\nn = ${n}, ${done} replicates, ${refused} without curves, ${sweeps} sweeps each, ` +
      `${((1000 * sampling) / (done * sweeps)).toFixed(2)} CPU ms a sweep, starts included; ` +
      `${(summarising / done).toFixed(2)} CPU s for curves and Bayes factors`,
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
        `local, h = ${bandwidth}: ${Math.sqrt(tally.localSquares / tally.localPoints).toFixed(4)}`,
        `mean sd ${(tally.sds / points).toFixed(4)}`,
        `log BF median ${median.toFixed(2)}, for a constant ${share.toFixed(2)}`,
      ].join("  "),
    );
  }
  console.log(`all functions: simultaneous ${(inside / functions).toFixed(3)}`);
}
