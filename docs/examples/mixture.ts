// An ordinary mixture of two regressions: the gate is constant, its weights Dirichlet a priori.
import {
  analyze,
  constant,
  dirichlet,
  gaussian,
  independent,
  inverseGamma,
  moe,
  normal,
  readTable,
  sample,
} from "moebius";

const table = await readTable("data/global-temperature.csv");
const prior = independent({ coefficients: normal(0, 10), variance: inverseGamma(2, 0.05) });
const model = moe({
  experts: gaussian("temp ~ scale(year)", prior),
  gate: constant(dirichlet(2)),
  components: 2,
});
const run = await sample(model, table, { chains: 2, warmup: 300, draws: 300, seed: 3 });

const { verdict, findings } = analyze(run, table);
console.log(verdict);
for (const { severity, code, message } of findings) console.log(`${severity} ${code}: ${message}`);
