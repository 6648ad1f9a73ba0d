// Many short runs whose threads end while the engine still compiles for them.
import { parseTable, sample } from "../../../dist/index.js";
import { makeProblem } from "../../bench/problems.mjs";

const RUNS = 60;

const table = parseTable(makeProblem("P3").csv);
const model = {
  experts: { family: "gaussian", formula: "y ~ x1" },
  gate: { kind: "softmax", formula: "~ x1" },
  components: 2,
};
for (let seed = 1; seed <= RUNS; seed++) {
  const lengths = { warmup: 10 + ((seed * 7) % 60), draws: 20 + ((seed * 13) % 100) };
  await sample(model, table, { ...lengths, chains: 2, workers: 2, seed });
}
console.log("all ended");
