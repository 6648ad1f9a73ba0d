import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle } from "./bundle.mjs";

const execute = promisify(execFile);
const reference = (name) => fileURLToPath(new URL(`../reference/${name}`, import.meta.url));

/** Data with one and with two experts, and tone perception, of which nobody knows, on two scales. */
const DATA = [
  ["k1", reference("random-k/k1.csv"), "as given"],
  ["k2", reference("random-k/k2.csv"), "as given"],
  ["tone", reference("tone.csv"), "as given"],
  ["tone, standardized", reference("tone.csv"), "standardized"],
];

/** The samplers for a random number of experts beside births and deaths of empty ones, a row each. */
export async function measureRandomCounts({ sweeps, escapes }, say) {
  const { file, remove } = await bundle({ entry: "random-count.ts" });
  try {
    const rows = [];
    for (const [name, ...data] of DATA) {
      say(`${name}, a random number of experts`);
      const { stdout } = await execute(process.execPath, [
        file,
        name,
        ...data,
        `${sweeps}`,
        `${escapes}`,
      ]);
      const { rows: kernels } = JSON.parse(stdout);
      const simple = kernels.at(-1);
      rows.push(
        ...kernels.map((row) => ({
          data: name,
          ...row,
          ratio: row.essPerSecond / simple.essPerSecond,
        })),
      );
    }
    return rows;
  } finally {
    await remove();
  }
}
