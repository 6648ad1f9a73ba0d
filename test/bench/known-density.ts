import { SamplerError } from "../../src/core/errors.ts";
import {
  fromFormula,
  knownEvidence,
  sample,
  serial,
  type Table,
  tableFrom,
  testKnown,
} from "../../src/index.ts";
import { exponential } from "../../src/math/random/exponential.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, type Rng, uniform } from "../../src/math/rng.ts";

/** What deviates: two lines with weights 0.4 and 0.6; x is uniform between −1 and 1. */
const FIRST = { intercept: 0.8, slope: 1.5, sd: 0.5 };
const SECOND = { intercept: -0.8, slope: -1, sd: Math.SQRT1_2 };
const THIRD_SD = Math.sqrt(0.3);

const line = ({ intercept, slope, sd }: typeof FIRST, rng: Rng, x: number): number =>
  intercept + slope * x + sd * normal(rng);
const sign = (rng: Rng): number => (uniform(rng) < 0.5 ? -1 : 1);

/** Known densities: unlike every expert, one true expert, and one true expert beside another density. */
const KNOWNS = {
  laplace: {
    text: "laplace(0.3*x, 1)",
    draw: (rng: Rng, x: number) => 0.3 * x + sign(rng) * exponential(rng),
  },
  expert: {
    text: "normal(0.8+1.5*x, 0.5)",
    draw: (rng: Rng, x: number) => line(FIRST, rng, x),
  },
  mixture: {
    text: `mixture(0.5*normal(0.8+1.5*x, 0.5), 0.5*normal(2, ${THIRD_SD}))`,
    draw: (rng: Rng, x: number) =>
      uniform(rng) < 0.5 ? line(FIRST, rng, x) : 2 + THIRD_SD * normal(rng),
  },
} as const;
type Name = keyof typeof KNOWNS;

function rows(rng: Rng, known: Name, n: number, lambda: number): Table {
  const x = Float64Array.from({ length: n }, () => 2 * uniform(rng) - 1);
  const y = x.map((value) =>
    uniform(rng) >= lambda
      ? KNOWNS[known].draw(rng, value)
      : line(uniform(rng) < 0.4 ? FIRST : SECOND, rng, value),
  );
  return tableFrom({ x, y });
}

const modelOf = (known: Name) =>
  fromFormula({ formula: "y ~ x | 1", components: 2, known: KNOWNS[known].text });

/** The data of one replicate: no two cells share a stream. */
const dataOf = (known: Name, n: number, lambda: number, replicate: number): Table =>
  rows(createRng(replicate, 51, n, Math.round(100 * lambda)), known, n, lambda);

const LEVEL = 0.05;
const STARTS = 4;
const SD_FLOOR = 0.1;

/** Data where no start leads to a regular maximum: nothing is rejected. */
function none(error: unknown) {
  if (error instanceof SamplerError) return { statistic: Number.NEGATIVE_INFINITY, simulated: [] };
  throw error;
}

/** Statistics of the data and of as many responses of the known density, one a replicate: Giacomini, Politis & White. */
async function statistics(known: Name, n: number, lambda: number, replicates: number) {
  const own: number[] = [];
  const simulated: number[] = [];
  for (let r = 0; r < replicates; r++) {
    const options = { replicates: 1, starts: STARTS, sdFloor: SD_FLOOR, workers: 1, seed: r + 1 };
    const test = await testKnown(modelOf(known), dataOf(known, n, lambda, r), options).catch(none);
    own.push(test.statistic);
    simulated.push(...test.simulated);
  }
  return { own, simulated };
}

const asLarge = (values: readonly number[], one: number): number =>
  values.filter((value) => !(value < one)).length;

/** The share of statistics whose p-value among the simulated ones is 5 % or less. */
function rejected(own: readonly number[], simulated: readonly number[]): string {
  const p = own.map((one) => (1 + asLarge(simulated, one)) / (1 + simulated.length));
  const share = p.filter((value) => value <= LEVEL).length / own.length;
  const error = Math.sqrt((share * (1 - share)) / own.length);
  return `${share.toFixed(3)} ± ${error.toFixed(3)}`;
}

const say = (...cells: readonly (string | number)[]): void => {
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
};

async function size(replicates: number): Promise<void> {
  say("known density", "n", "rejected at λ = 0", "95 % point of the ratio");
  for (const known of ["laplace", "expert", "mixture"] as const) {
    const { own, simulated } = await statistics(known, 200, 0, replicates);
    const ordered = simulated.sort((a, b) => a - b);
    const point = ordered[Math.ceil((1 - LEVEL) * ordered.length) - 1]!;
    say(KNOWNS[known].text, 200, rejected(own, simulated), point.toFixed(1));
  }
}

const LAMBDAS = [0, 0.05, 0.1, 0.2, 0.4];
const SIZES = [100, 200, 400];

async function power(replicates: number): Promise<void> {
  say("n", ...LAMBDAS.map((lambda) => `λ = ${lambda}`));
  for (const n of SIZES) {
    const cells = [];
    for (const lambda of LAMBDAS) cells.push(await statistics("laplace", n, lambda, replicates));
    // The known density has no unknown parameter: its statistics are those of every λ.
    const simulated = cells.flatMap((cell) => cell.simulated);
    say(n, ...cells.map(({ own }) => rejected(own, simulated)));
  }
}

/** Shares of replicates whose Bayes factor is above 1 for the truth, and the middle of its logarithm. */
async function factor(replicates: number): Promise<void> {
  say("n", ...LAMBDAS.map((lambda) => `λ = ${lambda}`));
  for (const n of SIZES.slice(0, 2)) {
    const cells: string[] = [];
    for (const lambda of LAMBDAS) {
      const logs: number[] = [];
      for (let r = 0; r < replicates; r++) {
        logs.push(await logFactor(dataOf("laplace", n, lambda, r), r + 1));
      }
      const right = logs.filter((log) => (lambda === 0 ? log > 0 : log < 0)).length / replicates;
      const middle = logs.sort((a, b) => a - b)[Math.floor(replicates / 2)]!;
      cells.push(`${right.toFixed(2)} (${middle.toFixed(1)})`);
    }
    say(n, ...cells);
  }
}

async function logFactor(table: Table, seed: number): Promise<number> {
  const settings = { chains: 2, warmup: 300, draws: 500, executor: serial(), seed };
  const run = await sample(modelOf("laplace"), table, settings);
  const effort = { particles: 500, replicates: 2 };
  return (await knownEvidence(run, table, { effort, seed, workers: 1 })).logBayesFactor;
}

const [part = "size", replicates = "200"] = process.argv.slice(2);
const parts: Readonly<Record<string, (replicates: number) => Promise<void>>> = {
  size,
  power,
  factor,
};
await parts[part]!(Number(replicates));
const { user } = process.cpuUsage();
process.stdout.write(`${part}: ${(user / 1e6).toFixed(0)} s of CPU\n`);
