// Simulates data in which the slope z1 of expert 1 is constant, and data in which it runs from 0.71 to 1.20; tests each for it
// being constant with one bootstrap response a data set. All those responses together say what the ratio is without
// effect (warp-speed bootstrap, [giacomini2013]). node <bundle> [replicates] [first seed] [n] [bandwidth] [family]
import { fitVarying } from "../../src/analysis/varying.ts";
import { simulateVarying, type VaryingFamilyName } from "../../src/analysis/varying-simulate.ts";
import { testVarying } from "../../src/analysis/varying-test.ts";
import { mean } from "../../src/math/moments.ts";
import { quantile } from "../../src/math/order.ts";

const [replicates = 400, first = 1, n = 300, bandwidth = 0.25] = process.argv
  .slice(2, 6)
  .map(Number);
const family = (process.argv[6] ?? "gaussian") as VaryingFamilyName;
const GRID = 11;
const tested = { component: 1, part: "experts", term: "z1" } as const;

interface Outcome {
  readonly ratio: number;
  readonly simulated: number;
  readonly chiSquaredP: number;
  readonly problems: number;
}

async function outcomeOf(seed: number, isConstant: boolean): Promise<Outcome> {
  const constant = isConstant ? [tested] : [];
  const { table, model } = simulateVarying({ family, n, seed, separation: 1.6, constant });
  const { fit } = fitVarying(model, table, { bandwidth, grid: GRID });
  // The test names the component of the fit that lies nearest to the truth: the lower one.
  const options = { constant: [tested], replicates: 1, seed, workers: 1 };
  const { statistic, bootstrap, chiSquared, findings } = await testVarying(fit, table, options);
  return {
    ratio: statistic,
    simulated: bootstrap!.simulated[0]!,
    chiSquaredP: chiSquared.pValue,
    problems: findings.length,
  };
}

for (const isConstant of [true, false]) {
  const before = process.cpuUsage();
  const outcomes: Outcome[] = [];
  for (let r = 0; r < replicates; r++) outcomes.push(await outcomeOf(first + r, isConstant));
  const simulated = Float64Array.from(outcomes, (one) => one.simulated);
  const ratios = Float64Array.from(outcomes, (one) => one.ratio);
  const share = (has: (one: Outcome) => boolean): number =>
    outcomes.filter(has).length / replicates;
  const { user, system } = process.cpuUsage(before);
  const rejected = [0.1, 0.05, 0.01].map((level) => {
    const critical = quantile(simulated, 1 - level);
    return {
      level,
      bootstrap: share(({ ratio }) => ratio > critical),
      chiSquared: share(({ chiSquaredP }) => chiSquaredP < level),
    };
  });
  console.log(
    JSON.stringify({
      ...{ family, n, bandwidth, grid: GRID, replicates, first, isConstant, rejected },
      meanRatio: mean(ratios),
      meanSimulated: mean(simulated),
      withFindings: share(({ problems }) => problems > 0),
      cpuSeconds: (user + system) / 1e6,
    }),
  );
}
