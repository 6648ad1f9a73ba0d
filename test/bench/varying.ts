// One task of varying coefficients in this process: CPU seconds of the first time and, with repeats, the least of later ones.
// node <bundle> <task> <family> <n> <repeats> [replicates, or sweeps a chain] [CSV of the rows]
import { readFileSync } from "node:fs";
import { compileVarying } from "../../models/varying/compile.ts";
import { fitVarying } from "../../src/analysis/varying.ts";
import { varyingBands } from "../../src/analysis/varying-bands.ts";
import { sampleVarying } from "../../src/analysis/varying-bayes.ts";
import { bootstrapVarying } from "../../src/analysis/varying-bootstrap.ts";
import { simulateVarying, type VaryingFamilyName } from "../../src/analysis/varying-simulate.ts";
import type { Table } from "../../src/core/data.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { serial } from "../../src/run/serial.ts";

const [task, name, rows, times, effort, csv] = process.argv.slice(2);
const family = name as VaryingFamilyName;
const n = Number(rows);
const size = Number(effort);
/** As the recorded runs of VCMoE 0.1.0: 0.05, 0.10 … 0.95 of the range of the index. */
const POINTS = Array.from({ length: 19 }, (_, g) => (g + 1) / 20);
const SEED = 102;
const CHAINS = 4;

const { table: simulated, model } = simulateVarying({ family, n, seed: SEED });
const table = csv === undefined ? simulated : withResponse(parseTable(readFileSync(csv, "utf8")));
const { low, high } = compileVarying(model, table).scales.index;
const grid = POINTS.map((u) => low + u * (high - low));
const options = { bandwidth: n >= 1000 ? 0.2 : 0.25, grid };
/** VCMoE has successes and failures of trials. */
function withResponse(read: Table): Table {
  const success = read.columns.get("success");
  if (success === undefined) return read;
  return { rows: read.rows, columns: new Map([...read.columns, ["y", success]]) };
}

const estimate = () => fitVarying(model, table, options);

const secondsOf = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

/** What is timed; what it needs is done before. */
function prepared(): () => unknown {
  if (task === "fit") return estimate;
  if (task === "posterior") {
    const lengths = { chains: CHAINS, warmup: size / 2, draws: size / 2, seed: 1 };
    return () => sampleVarying(model, table, { ...lengths, executor: serial() });
  }
  const fitted = estimate().fit;
  if (task === "bootstrap") {
    return () => bootstrapVarying(fitted, table, { replicates: size, workers: 1 });
  }
  const kind = task === "multiplier" ? "multiplier" : "tube";
  return () => varyingBands(fitted, table, { kind });
}

const work = prepared();
const cold = await secondsOf(work);
let warm: number | undefined;
for (let repeat = 0; repeat < Number(times); repeat++) {
  warm = Math.min(warm ?? Number.POSITIVE_INFINITY, await secondsOf(work));
}
const { user, system } = process.cpuUsage();
const { findings } = estimate();
const problems = findings.filter(({ severity }) => severity === "problem").length;
console.log(
  JSON.stringify({ task, family, n, cold, warm, total: (user + system) / 1e6, problems }),
);
