// Size and power of the test of a known density, and what its Bayes factor prefers:
// node test/bench/known-density.mjs [size|power|factor] [replicates of a cell]
import { spawnSync } from "node:child_process";
import { bundle } from "./bundle.mjs";

const { file, remove } = await bundle({ entry: "known-density.ts" });
try {
  const argv = [file, ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, argv, { stdio: "inherit" }).status ?? 1;
} finally {
  await remove();
}
