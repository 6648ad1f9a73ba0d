// Data from code, factors included, and one variable at a time.
import { analyze, gaussian, moe, normal, sample, softmax, tableFrom, variable } from "moebius";

const x = Float64Array.from({ length: 120 }, (_, i) => i / 60 - 1);
const season = Array.from(x, (_, i) => (i % 3 === 0 ? "winter" : "summer"));
const y = x.map((value, i) => (value < 0 ? 1 : 2 * value) + 0.3 * Math.sin(12.9898 * i));
const table = tableFrom({ x, season, y });

const model = moe({
  experts: gaussian("y ~ x + season"),
  gate: softmax("~ x", normal(0, 2)),
  components: 2,
});
const run = await sample(model, table, { chains: 2, warmup: 300, draws: 300, seed: 2 });

for (const chain of variable(run.draws, "log_likelihood")) {
  console.log(`${chain.length} draws, the last ${chain.at(-1)?.toFixed(1)}`);
}
for (const { weight, coefficients } of analyze(run, table).summary.components ?? []) {
  console.log(weight.toFixed(2), Object.keys(coefficients).join(" "));
}
