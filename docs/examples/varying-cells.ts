// Simulated cells of two populations: counts of one gene given another along developmental time. See varying-example.md.
import * as moebius from "moebius";

const CELLS = 800;
let state = 20;
// A small generator of uniforms, so that these cells are the same everywhere.
const uniform = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state + 0.5) / 2 ** 32;
};
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
const poisson = (mean: number) => {
  let count = 0;
  for (let left = Math.exp(-mean) / uniform(); left < 1; left /= uniform()) count++;
  return count;
};
// Counts of mean m and variance m + m² / size: Poisson around a gamma variate, of which size is the shape.
const counts = (mean: number, size: number) => {
  let sum = 0;
  for (let j = 0; j < size; j++) sum -= Math.log(uniform());
  return poisson((mean * sum) / size);
};

// In the first population the partner gene goes from raising the gene to lowering it; in the second it does nothing.
const populations = [
  {
    level: (t: number) => 2.4 + 0.5 * Math.sin(3 * t),
    partner: (t: number) => 0.6 - 1.1 * t,
    size: 8,
  },
  { level: (t: number) => 0.6 + 0.4 * t, partner: () => 0, size: 4 },
];
const rows = Array.from({ length: CELLS }, () => {
  const t = uniform();
  const [partner, logSize] = [normal(), 0.3 * normal()];
  const first = 1 / (1 + Math.exp(-(1.5 - 2.5 * t + 0.5 * partner)));
  const k = uniform() < first ? 0 : 1;
  const { level, partner: effect, size } = populations[k]!;
  const mean = Math.exp(level(t) + effect(t) * partner + logSize);
  const population = k === 0 ? "first" : "second";
  return { day: 11 + 7 * t, gene: counts(mean, size), partner, log_size: logSize, population };
});
const cells = moebius.tableFrom({
  day: rows.map((row) => row.day),
  gene: rows.map((row) => row.gene),
  partner: rows.map((row) => row.partner),
  log_size: rows.map((row) => row.log_size),
  population: rows.map((row) => row.population),
});
moebius.writeAtomically("cells.csv", moebius.formatCsv(cells));

const model = moebius.varyingFromFormula(
  {
    formula: "gene ~ partner + offset(log_size) | partner",
    family: "negative-binomial",
    index: "day",
    components: 2,
    dispersion: false,
  },
  cells,
);
const { fit, verdict } = moebius.fitVarying(model, cells, { bandwidth: 0.3, grid: 8 });
console.log(verdict);
for (const { component, part, term, value } of fit.curves) {
  if (part === "experts") console.log(component, term, value.map((v) => v.toFixed(2)).join(" "));
}
