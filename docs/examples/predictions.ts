// What the model expects of new rows, and which expert answers for them.
import {
  analyze,
  compile,
  formatCsv,
  fromFormula,
  predict,
  predictComponents,
  predictionTable,
  readTable,
  sample,
  tableFrom,
} from "moebius";

const table = await readTable("data/global-temperature.csv");
const model = fromFormula({ formula: "temp ~ year | year", components: 2 });
const run = await sample(model, table, { chains: 2, warmup: 300, draws: 300, seed: 4 });

const fitted = compile(run.model, table);
const rows = tableFrom({ year: [1900, 1965, 2030] });
const predictions = predict(fitted, run.draws, rows, { probabilities: [0.05, 0.95], at: [1] });
const { labelled } = analyze(run, table);
const components = labelled && predictComponents(fitted, labelled, rows);
console.log(formatCsv(predictionTable(predictions, components)));
