import { pathToFileURL } from "node:url";
import { bundle } from "./bundle.mjs";
import { makeProblem } from "./problems.mjs";

const N = 20_000;
const calls = {
  uniform: "uniform(rng)",
  normal: "normal(rng)",
  exponential: "exponential(rng)",
  "gamma(2.5)": "gamma(rng, 2.5)",
  "gamma(0.3)": "gamma(rng, 0.3)",
  "polyaGamma1 z~N(0,1.5)": "polyaGamma1(rng, a.z1[i])",
  "polyaGamma1 z~N(0,4.5)": "polyaGamma1(rng, a.z4[i])",
  fastExp: "fastExp(a.z1[i])",
  "Math.exp": "Math.exp(a.z1[i])",
  fastLog: "fastLog(a.positive[i])",
  fastLogOfNormal: "fastLogOfNormal(a.positive[i])",
  "Math.log": "Math.log(a.positive[i])",
  "logSumExp K=4": "logSumExp(a.logWeights, 4 * i, 4)",
  logistic: "logistic(a.z1[i])",
};
// One loop for each call, inside the bundle, so that it is compiled as a caller of ours would be.
const loops = Object.entries(calls).map(
  ([name, call]) =>
    `${JSON.stringify(name)}(rng, a) { let s = 0; for (let i = 0; i < ${N}; i++) s += ${call}; return s; }`,
);
const code = [
  'import { createRng, uniform } from "./src/math/rng.ts";',
  'import { fastExp, fastLog, fastLogOfNormal } from "./src/math/exp.ts";',
  'import { logSumExp, logistic } from "./src/math/log-sum-exp.ts";',
  'import { normal } from "./src/math/random/normal.ts";',
  'import { exponential } from "./src/math/random/exponential.ts";',
  'import { gamma } from "./src/math/random/gamma.ts";',
  'import { polyaGamma1, polyaGammas } from "./src/math/random/polya-gamma.ts";',
  "export { createRng, uniform, normal, polyaGammas };",
  ...["gram", "gram-and-products", "normal-logs", "cholesky"].map(
    (f) => `export * from "./src/math/${f}.ts";`,
  ),
  'export { compile } from "./models/compile.ts";',
  'export { parseTable } from "./src/data/parse-table.ts";',
  'export { allocate } from "./samplers/moves/allocate.ts";',
  'export { modelOf } from "./test/bench/model.ts";',
  `export const loops = { ${loops.join(",\n")} };`,
].join("\n");

/**
 * Nanoseconds a call of the numerical kernels whose name contains `part`: the least of many
 * repeats. `onRow` sees each row as it comes.
 */
export async function measureKernels({ part = "", repeats = 60, onRow = () => {} } = {}) {
  const { file, remove } = await bundle({ code });
  const rows = [];
  let sink = 0;
  const report = (kernel, run, perRun) => {
    if (!kernel.includes(part)) return;
    const least = leastNanoseconds(() => {
      sink += run();
    }, repeats);
    rows.push({ kernel, nsPerCall: Number((least / perRun).toFixed(2)) });
    onRow(rows.at(-1));
  };
  try {
    const m = await import(pathToFileURL(file).href);
    const data = inputs(m);
    for (const [name, loop] of Object.entries(m.loops)) report(name, () => loop(data.rng, data), N);
    reportPolyaGammas(m, data, report);
    for (const d of [3, 6, 8]) reportGram(m, data, d, report);
    reportCholesky(m, report);
    reportAllocation(m, data, report);
  } finally {
    await remove();
  }
  if (Number.isNaN(sink)) throw new Error("a kernel returned NaN.");
  return rows;
}

function leastNanoseconds(run, repeats) {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = process.hrtime.bigint();
    run();
    best = Math.min(best, Number(process.hrtime.bigint() - start));
  }
  return best;
}

function inputs(m) {
  const rng = m.createRng(1, 0);
  const fill = (length, draw) => Float64Array.from({ length }, draw);
  return {
    rng,
    fill,
    z1: fill(N, () => 1.5 * m.normal(rng)),
    z4: fill(N, () => 4.5 * m.normal(rng)),
    positive: fill(N, () => 10 * m.uniform(rng)),
    weights: fill(N, () => m.uniform(rng)),
    logWeights: fill(4 * N, () => 3 * m.normal(rng)),
    y: fill(N, () => m.normal(rng)),
    rows: Int32Array.from({ length: N }, (_, i) => i),
  };
}

/** As a sweep draws them. */
function reportPolyaGammas(m, { rng, z1, z4 }, report) {
  const out = new Float64Array(N);
  for (const [sd, z] of [
    ["1.5", z1],
    ["4.5", z4],
  ]) {
    report(`polyaGammas z~N(0,${sd}), a row`, () => m.polyaGammas(rng, z, out) ?? 0, N);
  }
}

function reportGram(m, { rng, fill, weights, y, rows }, d, report) {
  const n = 10_000;
  const X = fill(n * d, () => m.normal(rng));
  const gram = new Float64Array(d * d);
  const xty = new Float64Array(d);
  const out = new Float64Array(n);
  const w = weights.subarray(0, n);
  const some = rows.subarray(0, n);
  const beta = y.slice(0, d);
  report(`gram d=${d}, a row`, () => m.weightedGram(X, d, undefined, w, undefined, gram, xty), n);
  report(`gram with y d=${d}, a row`, () => m.weightedGram(X, d, undefined, w, y, gram, xty), n);
  report(`gram of rows d=${d}, a row`, () => m.weightedGram(X, d, some, w, y, gram, xty), n);
  report(
    `gram reference d=${d}, a row`,
    () => m.weightedGramReference(X, d, undefined, w, y, gram, xty),
    n,
  );
  report(
    `gram and products d=${d}, a row`,
    () => m.addGramAndProducts(X, d, w, y.subarray(0, n), gram, xty) ?? 0,
    n,
  );
  report(`normal logs d=${d}, a row`, () => m.normalLogs(X, d, y, beta, -1, 0.5, out) ?? 0, n);
  report(`linearPredictor d=${d}, a row`, () => m.linearPredictor(X, d, n, beta, out) ?? 0, n);
}

function reportCholesky(m, report) {
  const spd = Float64Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 3 : 0.3));
  const factor = new Float64Array(36);
  const run = () => {
    let done = 0;
    for (let i = 0; i < N; i++) {
      factor.set(spd);
      if (m.cholesky(factor, 6)) done++;
    }
    return done;
  };
  report("cholesky d=6", run, N);
}

/** The whole move that allocates (gate, experts, allocation) on P2. */
function reportAllocation(m, { rng }, report) {
  const problem = makeProblem("P2");
  const { target } = m.compile(m.modelOf(problem), m.parseTable(problem.csv));
  const move = m.allocate(target);
  const state = target.samplePrior(rng);
  report("allocate P2, K=3, a row", () => move.step(rng, state).info["log_likelihood"], target.n);
}
