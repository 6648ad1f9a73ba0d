import { readFileSync } from "node:fs";
import { compile } from "../../models/compile.ts";
import { sampler } from "../../samplers/index.ts";
import { countStarts } from "../../samplers/initialize-count.ts";
import type { CountDeclaration } from "../../src/core/distribution.ts";
import type { Target } from "../../src/core/target.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { createRng } from "../../src/math/rng.ts";
import reference from "../reference/count-posteriors.json" with { type: "json" };
import { type Decision, decide } from "./decision.ts";
import { type Evidence, type Moments, moments, welch } from "./statistics.ts";

export type CountData = keyof typeof reference.data;
export type CountPriorName = keyof typeof reference.priors;

export const countPriorNames = ["pois", "bnb", "unif"] as const satisfies CountPriorName[];

/** The reference's own standard errors are this much too small. */
const SE_FACTOR = 1.3;
/** Smaller probabilities are not compared. */
const SMALLEST = 0.002;

const CHAINS = 12;
const WARMUP = 300;
const SWEEPS = 1000;

function targetOf(data: CountData, prior: CountPriorName): Target {
  const components: CountDeclaration = reference.priors[prior];
  const model = {
    experts: {
      family: "gaussian",
      formula: "y ~ x",
      prior: { kind: "normal-inverse-gamma", mean: 0, scale: 4, shape: 2, rate: 0.5 },
    },
    gate: { kind: "softmax", formula: "~ x", prior: { kind: "normal", mean: 0, sd: 2 } },
    components,
    standardize: false,
  } as const;
  const file = new URL(`../reference/random-k/${data}.csv`, import.meta.url);
  return compile(model, parseTable(readFileSync(file, "utf8"))).target;
}

/** Whether a sampler's p(K | y) is the reference's, its chains started far apart; `power` multiplies their sweeps. */
export function testByReference(
  name: string,
  data: CountData,
  prior: CountPriorName,
  power = 1,
): Decision {
  const target = targetOf(data, prior);
  const { probability, se } = reference.data[data][prior];
  return decide((seed, effort) => {
    const shares = Array.from({ length: CHAINS }, (_, chain) =>
      sharesOf(name, target, seed, chain, SWEEPS * effort * power),
    );
    return probability.flatMap((p, j): Evidence[] => {
      const cell = moments(shares.map((share) => share[j]!));
      return p > SMALLEST ? [welch(`K = ${j + 1}`, cell, estimated(p, se[j]!))] : [];
    });
  });
}

/** How often one chain had each number of experts. */
function sharesOf(name: string, target: Target, seed: number, chain: number, sweeps: number) {
  const start = countStarts[chain % countStarts.length]!;
  const kernel = sampler(name, { start }).compile(target);
  const rng = createRng(seed, chain);
  const share = new Float64Array(target.capacity);
  let state = kernel.init(rng);
  for (let sweep = -WARMUP; sweep < sweeps; sweep++) {
    state = kernel.step(rng, state, sweep < 0).state;
    if (sweep >= 0) share[state.theta.rows - 1]! += 1 / sweeps;
  }
  return share;
}

/** A mean with a standard error that is as good as known. */
function estimated(mean: number, se: number): Moments {
  const count = 1e6;
  return { count, mean, variance: (SE_FACTOR * se) ** 2 * count };
}
