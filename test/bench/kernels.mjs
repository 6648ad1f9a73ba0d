// Nanoseconds a call of the numerical kernels: the least of many repeats, one JSON row each.
// node test/bench/kernels.mjs [name part]
import { build } from "esbuild";

const N = 20_000;
const files = ["exp", "rng", "gram", "cholesky", "log-sum-exp"].concat(
  ["normal", "exponential", "gamma", "polya-gamma", "categorical"].map((f) => `random/${f}`),
);
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
  "Math.log": "Math.log(a.positive[i])",
  "logSumExp K=4": "logSumExp(a.logWeights, 4 * i, 4)",
  log1pExp: "log1pExp(a.z1[i])",
  logistic: "logistic(a.z1[i])",
};
// One loop for each call, inside the bundle, so that it is compiled as a caller of ours would be.
const loops = Object.entries(calls).map(
  ([name, call]) =>
    `${JSON.stringify(name)}(rng, a) { let s = 0; for (let i = 0; i < ${N}; i++) s += ${call}; return s; }`,
);
const { outputFiles } = await build({
  stdin: {
    contents: [
      ...files.map((file) => `export * from "./src/math/${file}.ts";`),
      'import { uniform } from "./src/math/rng.ts";',
      'import { fastExp, fastLog } from "./src/math/exp.ts";',
      'import { log1pExp, logSumExp, logistic } from "./src/math/log-sum-exp.ts";',
      ...["normal", "exponential", "gamma"].map(
        (f) => `import { ${f} } from "./src/math/random/${f}.ts";`,
      ),
      'import { polyaGamma1 } from "./src/math/random/polya-gamma.ts";',
      `export const loops = { ${loops.join(",\n")} };`,
    ].join("\n"),
    resolveDir: new URL("../..", import.meta.url).pathname,
  },
  bundle: true,
  format: "esm",
  write: false,
});
const m = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);

const rng = m.createRng(1, 0);
const fill = (length, draw) => Float64Array.from({ length }, draw);
const z1 = fill(N, () => 1.5 * m.normal(rng));
const z4 = fill(N, () => 4.5 * m.normal(rng));
const positive = fill(N, () => 10 * m.uniform(rng));
const weights = fill(N, () => m.uniform(rng));
const logWeights = fill(4 * N, () => 3 * m.normal(rng));
const y = fill(N, () => m.normal(rng));
const rows = Int32Array.from({ length: N }, (_, i) => i);
const out = new Float64Array(N);
const allocation = new Int32Array(N);
const design = (d) => fill(10_000 * d, () => m.normal(rng));
let sink = 0;

function time(run, perRun, repeats = 60) {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = process.hrtime.bigint();
    sink += run();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / perRun);
  }
  return best;
}

const rowsOut = [];
const wanted = process.argv[2] ?? "";
const report = (kernel, run, perRun) => {
  if (!kernel.includes(wanted)) return;
  rowsOut.push({ kernel, nsPerCall: Number(time(run, perRun).toFixed(2)) });
  console.log(JSON.stringify(rowsOut.at(-1)));
};

for (const [name, loop] of Object.entries(m.loops)) {
  report(name, () => loop(rng, { z1, z4, positive, logWeights }), N);
}
report("categoricalRows K=4", () => m.categoricalRows(rng, logWeights, N, 4, out, allocation), N);
for (const d of [3, 6, 8]) {
  const n = 10_000;
  const X = design(d);
  const gram = new Float64Array(d * d);
  const xty = new Float64Array(d);
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
  report(`linearPredictor d=${d}, a row`, () => m.linearPredictor(X, d, n, beta, out) ?? 0, n);
}
const spd = Float64Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 3 : 0.3));
const factor = new Float64Array(36);
report(
  "cholesky d=6",
  () => {
    let done = 0;
    for (let i = 0; i < N; i++) {
      factor.set(spd);
      if (m.cholesky(factor, 6)) done++;
    }
    return done;
  },
  N,
);
if (Number.isNaN(sink)) console.error("a kernel returned NaN");
