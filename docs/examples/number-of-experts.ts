// How many experts? A prior on their number, its posterior, and predictions averaged over it.
import {
  analyze,
  compile,
  gaussian,
  moe,
  normal,
  normalInverseGamma,
  poisson,
  predict,
  sample,
  softmax,
  tableFrom,
} from "moebius";

const x = Float64Array.from({ length: 90 }, (_, i) => i / 30 - 1.5);
const y = x.map((value, i) => Math.abs(1.5 * value) + 0.4 * Math.sin(12.9898 * i * i));
const table = tableFrom({ x, y });

const model = moe({
  experts: gaussian("y ~ x", normalInverseGamma({ mean: 0, scale: 4, shape: 2, rate: 0.3 })),
  gate: softmax("~ x", normal(0, 2)),
  components: poisson(1, { max: 5 }),
});
const run = await sample(model, table, { warmup: 300, draws: 500, seed: 1 });

const { posteriorK = {}, mcseK = {}, componentsGiven } = analyze(run, table).summary;
for (const [K, probability] of Object.entries(posteriorK)) {
  const error = mcseK[K];
  const plusMinus = error ? ` ± ${error.toFixed(2)}` : "";
  console.log(`P(K = ${K}) = ${probability.toFixed(2)}${plusMinus}`);
}
console.log(`components are those of the draws with K = ${componentsGiven}`);

const { mean } = predict(compile(run.model, table), run.draws, tableFrom({ x: [-1, 0, 1] }));
console.log(`over all K: ${Array.from(mean.mean, (value) => value.toFixed(1)).join(" ")}`);
