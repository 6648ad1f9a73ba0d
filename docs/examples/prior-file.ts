// Priors as a file declares them, what the model then says in words, and data drawn from the prior.
import { explain, fromFormula, parsePriorFile, readTable, simulatePrior } from "moebius";

const json: unknown = JSON.parse(`{
  "experts": { "kind": "normal-inverse-gamma", "mean": 0, "scale": 4, "shape": 2, "rate": 0.5 },
  "gate": { "kind": "normal", "sd": 2, "baseline": "last" },
  "standardize": true
}`);
const table = await readTable("data/global-temperature.csv");
const prior = parsePriorFile(json);
const model = fromFormula({ formula: "temp ~ year | year", components: 3, prior });

const { statements, updates, sweep } = explain(model, table);
for (const { about, words } of statements) console.log(`${about}: ${words}`);
for (const { block, method } of updates) console.log(`${block} is updated by ${method}`);
console.log(sweep.join(" → "));

const [first] = simulatePrior(model, table, { seed: 5 });
console.log(`${first?.component.filter((k) => k === 1).length} rows come from the first expert`);
