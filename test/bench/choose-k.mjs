// What an over-fitted fixed number of experts says of their number, on data of one and of two experts:
// node test/bench/choose-k.mjs [data.csv …]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const given = process.argv.slice(2);
const files =
  given.length > 0 ? given : ["k1", "k2"].map((name) => here(`../reference/random-k/${name}.csv`));

const { file, remove } = await bundle({ entry: "choose-k.ts" });
try {
  for (const data of files) {
    const { status } = spawnSync(process.execPath, [file, data], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  await remove();
}
