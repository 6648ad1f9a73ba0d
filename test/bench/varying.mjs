// Varying coefficients beside what VCMoE 0.1.0 took: node test/bench/varying.mjs [--quick] [--json out.json]
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { bundle } from "./bundle.mjs";
import { varyingTable } from "./tables.mjs";

const execute = promisify(execFile);
const rowsOf = (name) =>
  fileURLToPath(new URL(`../reference/varying/${name}.csv`, import.meta.url));

/**
 * Task, family, rows, CPU seconds of VCMoE 0.1.0, recorded on another occasion and the rows that it had where we have them; others are drawn from the same functions. A bootstrap is by
 * the replicate: 10 (binomial 50) of it were run.
 */
const TASKS = [
  ["fit", "gaussian", 300, 9.2, "gaussian"],
  ["fit", "gaussian", 1000, 16.2],
  ["fit", "binomial", 300, 2.5, "binomial"],
  ["fit", "binomial", 1000, 7.3],
  ["fit", "negative-binomial", 300, 14.5],
  ["fit", "negative-binomial", 1000, 47.1],
  ["tube", "gaussian", 300, 29.5, "gaussian"],
  ["multiplier", "gaussian", 300, 29.5, "gaussian"],
  ["tube", "gaussian", 1000],
  ["tube", "binomial", 300, 14.1, "binomial"],
  ["bootstrap", "gaussian", 300, 1.9, "gaussian"],
  ["bootstrap", "binomial", 300, 0.86, "binomial"],
  ["posterior", "gaussian", 1000],
];
const FULL = { repeats: 7, processes: 5, replicates: 200, sweeps: 2000 };
const QUICK = { repeats: 1, processes: 1, replicates: 10, sweeps: 100 };
/** A quick run sees whether each task still runs. */
const QUICK_TASKS = TASKS.filter(([task, family, n]) => {
  return task === "posterior" || (n === 300 && (task === "fit" || family === "gaussian"));
});

/**
 * One process a task and repeat, one thread each. `cold`: CPU seconds of the task as a fresh process does it, least of
 * `processes`; `warm`: the least of later times in one process; `process`: of a whole process that does it once.
 */
export async function measureVarying(quick, say) {
  const { repeats, processes, replicates, sweeps } = quick ? QUICK : FULL;
  const { file, remove } = await bundle({ entry: "varying.ts" });
  const once = async ([task, family, n, , name], times) => {
    const effort = task === "posterior" ? sweeps : replicates;
    const data = name === undefined ? [] : [rowsOf(name)];
    const words = [file, task, family, n, times, effort, ...data].map(String);
    const { stdout } = await execute(process.execPath, ["--single-threaded", ...words]);
    return JSON.parse(stdout);
  };
  try {
    const rows = [];
    for (const asked of quick ? QUICK_TASKS : TASKS) {
      const [task, family, n, recorded] = asked;
      say(`${task}, ${family}, n = ${n}`);
      const isLong = task === "posterior" || task === "bootstrap";
      const load = loadavg()[0];
      const fresh = [];
      for (let p = 0; p < (isLong ? 1 : processes); p++) fresh.push(await once(asked, 0));
      const per = task === "bootstrap" ? replicates : 1;
      const cold = Math.min(...fresh.map((one) => one.cold)) / per;
      const warm = isLong ? undefined : (await once(asked, repeats)).warm;
      const { problems } = fresh[0];
      rows.push({ task, family, n, cold, warm, recorded, problems, load });
    }
    return rows.map((row) => ({
      ...row,
      ...(row.recorded === undefined ? {} : { ratio: row.recorded / row.cold }),
      ...(row.recorded === undefined || row.warm === undefined
        ? {}
        : { ratioWarm: row.recorded / row.warm }),
    }));
  } finally {
    await remove();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, json: { type: "string" } },
  });
  const rows = await measureVarying(values.quick, (line) => process.stderr.write(`${line}\n`));
  console.log(varyingTable(rows));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows)}\n`);
}
