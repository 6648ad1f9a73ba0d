// Coverage of credible bands and errors of sampled coefficient functions on simulated data:
// node test/bench/varying-bayes.mjs [replicates] [n] [first seed] [bandwidth] [constant]
import { spawnSync } from "node:child_process";
import { bundle } from "./bundle.mjs";

const { file, remove } = await bundle({ entry: "varying-bayes.ts" });
try {
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
} finally {
  await remove();
}
