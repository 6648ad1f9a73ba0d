import { readFileSync } from "node:fs";

/**
 * The fixed problems of the benchmark: tables y, x1 … xp, z (the truth), z0 (a common start, the
 * truth with some rows relabelled), both 1-based. Seeds are fixed, so the bytes never change.
 */
const SIMULATED = {
  P1: { experts: 3, rows: 1000, covariates: 2, seed: 101, relabelled: 0.3 },
  P2: { experts: 3, rows: 10000, covariates: 5, seed: 102, relabelled: 0.3 },
  P4: { experts: 6, rows: 5000, covariates: 3, seed: 104, relabelled: 0.3 },
  P5: { experts: 4, rows: 200000, covariates: 5, seed: 105, relabelled: 0.3 },
  P6: { experts: 4, rows: 1000000, covariates: 5, seed: 107, relabelled: 0.3 },
  pair: { experts: 2, rows: 60, covariates: 1, seed: 106, relabelled: 0.3 },
};
const TONE = new URL("../reference/tone.csv", import.meta.url);
const TONE_SEED = 103;
const TONE_RELABELLED = 0.2;

export const problemNames = ["P1", "P2", "P3", "P4"];

/**
 * One problem: its CSV text, its number of experts and of covariates, and the values (the same for
 * every covariate) at which predictions are compared. Throws on an unknown name.
 */
export function makeProblem(name) {
  if (name === "P3") {
    return { name, experts: 2, rows: 150, covariates: 1, points: [1.5, 2, 2.5], csv: tone() };
  }
  const settings = SIMULATED[name];
  if (!settings) {
    const known = [...Object.keys(SIMULATED), "P3"].join(", ");
    throw new RangeError(`a problem must be one of ${known}; got ${name}.`);
  }
  const { experts, rows, covariates } = settings;
  return { name, experts, rows, covariates, points: [-1, 0, 1], csv: simulate(settings) };
}

/** Gate and experts drawn once, then rows; the last expert is the gate's baseline. */
function simulate({ experts, rows, covariates, seed, relabelled }) {
  const random = createRandom(seed);
  const slopes = (scale) => Array.from({ length: covariates }, () => scale * random.normal());
  const truth = Array.from({ length: experts }, (_, k) => ({
    coefficients: [3 * (k - (experts - 1) / 2), ...slopes(1.5)],
    gate:
      k === experts - 1
        ? new Array(covariates + 1).fill(0)
        : [0.5 * random.normal(), ...slopes(1.2)],
    sd: 0.5 + (0.5 * k) / Math.max(1, experts - 1),
  }));
  const lines = [header(covariates)];
  for (let i = 0; i < rows; i++) lines.push(simulateRow(random, truth, covariates, relabelled));
  return `${lines.join("\n")}\n`;
}

function simulateRow(random, truth, covariates, relabelled) {
  const x = [1, ...Array.from({ length: covariates }, () => random.normal())];
  const k = pick(
    random,
    truth.map(({ gate }) => Math.exp(dot(gate, x))),
  );
  const y = dot(truth[k].coefficients, x) + truth[k].sd * random.normal();
  const start = random.uniform() < relabelled ? Math.floor(random.uniform() * truth.length) : k;
  return [y.toFixed(6), ...x.slice(1).map((v) => v.toFixed(6)), k + 1, start + 1].join(",");
}

/** The tone data: the truth is unknown, so z says which of y = 2 and y = x is nearer. */
function tone() {
  const random = createRandom(TONE_SEED);
  const lines = [header(1)];
  for (const line of readFileSync(TONE, "utf8").trim().split("\n").slice(1)) {
    const [x, y] = line.split(",").map(Number);
    const z = Math.abs(y - 2) < Math.abs(y - x) ? 1 : 2;
    const start = random.uniform() < TONE_RELABELLED ? 1 + Math.floor(random.uniform() * 2) : z;
    lines.push([y, x, z, start].join(","));
  }
  return `${lines.join("\n")}\n`;
}

function header(covariates) {
  const names = Array.from({ length: covariates }, (_, j) => `x${j + 1}`);
  return ["y", ...names, "z", "z0"].join(",");
}

function dot(a, b) {
  return a.reduce((sum, value, j) => sum + value * b[j], 0);
}

function pick(random, weights) {
  let left = random.uniform() * weights.reduce((a, b) => a + b, 0);
  let k = 0;
  while (k < weights.length - 1 && left > weights[k]) left -= weights[k++];
  return k;
}

/** sfc32 seeded by a hashed counter; normals by Box and Muller, one of each pair. */
function createRandom(seed) {
  let counter = seed;
  const word = () => {
    counter = (counter + 0x9e3779b9) | 0;
    let h = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    return h ^ (h >>> 15);
  };
  const state = Int32Array.of(word(), word(), word(), 1);
  const next = () => {
    const [a, b, c, count] = state;
    const out = (a + b + count) | 0;
    state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + out, count + 1]);
    return out >>> 0;
  };
  for (let round = 0; round < 20; round++) next();
  const uniform = () => (next() + 0.5) / 4294967296;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}
