// One measurement of cost in a process of its own: prints one JSON line.
// node <bundle> '{"what":"em","n":1000,"experts":3,"covariates":2,"iterations":50}'
import { compile } from "../../models/compile.ts";
import { em } from "../../samplers/em.ts";
import { sampler } from "../../samplers/index.ts";
import { initialize } from "../../samplers/initialize.ts";
import type { Table } from "../../src/core/data.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import { tableFrom } from "../../src/data/table.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, type Rng, uniform } from "../../src/math/rng.ts";

interface Asked {
  readonly what: "em" | "sampling";
  readonly n: number;
  readonly experts: number;
  readonly covariates: number;
  /** Sweeps after the start, for sampling. */
  readonly draws: number;
}

/** What a step costs is asked, and climbs to degenerate experts can take thousands. */
const MOST_ITERATIONS = 200;

const asked: Asked = JSON.parse(process.argv[2]!);
const rng = createRng(17, asked.experts, asked.covariates);
const table = lines(rng, asked);
const began = cpuSeconds();
const { target } = compile(modelOf(asked), table);
const compiled = cpuSeconds();
const outcome = asked.what === "em" ? climb() : sweep(asked.draws);
console.log(
  JSON.stringify({
    ...asked,
    seconds: { compile: compiled - began, ...outcome.seconds },
    steps: outcome.steps,
    logLikelihood: outcome.logLikelihood,
    megabytes: process.resourceUsage().maxRSS / 1024,
  }),
);

/** From a start of a few random rows to the maximum. */
function climb() {
  const start = initialize(rng, target, "random");
  const started = cpuSeconds();
  const { iterations, logLikelihood } = em(target, start, { maxIterations: MOST_ITERATIONS });
  return {
    seconds: { start: started - compiled, steps: cpuSeconds() - started },
    steps: iterations,
    logLikelihood,
  };
}

/** Iterations of the default sampler in warm-up, from a start of EM. */
function sweep(draws: number) {
  const kernel = sampler("marginal", { start: "kmeans" }).compile(target);
  let state = kernel.init(rng);
  const started = cpuSeconds();
  let logLikelihood = Number.NaN;
  for (let t = 0; t < draws; t++) {
    const step = kernel.step(rng, state, true);
    state = step.state;
    logLikelihood = step.info["log_likelihood"] ?? Number.NaN;
  }
  return {
    seconds: { start: started - compiled, steps: cpuSeconds() - started },
    steps: draws,
    logLikelihood,
  };
}

function modelOf({ experts, covariates }: Asked): ModelDeclaration {
  const terms = Array.from({ length: covariates }, (_, j) => `x${j + 1}`).join(" + ");
  return {
    experts: { family: "gaussian", formula: `y ~ ${terms}` },
    gate: { kind: "softmax", formula: `~ ${terms}` },
    components: experts,
  };
}

/** Rows of lines under a gate, all coefficients drawn. */
function lines(of: Rng, { n, experts: K, covariates: p }: Asked): Table {
  const drawn = (sd: number) =>
    Array.from({ length: K }, () => Float64Array.from({ length: p + 1 }, () => sd * normal(of)));
  const [slopes, gates] = [drawn(2), drawn(1)];
  const columns = Array.from({ length: p }, () =>
    Float64Array.from({ length: n }, () => normal(of)),
  );
  const at = (coefficients: Float64Array, i: number): number =>
    columns.reduce((sum, x, j) => sum + coefficients[j + 1]! * x[i]!, coefficients[0]!);
  const y = Float64Array.from({ length: n }, (_, i) => {
    const weights = gates.map((gamma) => Math.exp(at(gamma, i)));
    let left = uniform(of) * weights.reduce((sum, weight) => sum + weight, 0);
    let k = 0;
    while (k < K - 1 && left > weights[k]!) left -= weights[k++]!;
    return at(slopes[k]!, i) + (0.5 + 0.2 * k) * normal(of);
  });
  return tableFrom(Object.fromEntries([["y", y], ...columns.map((x, j) => [`x${j + 1}`, x])]));
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
