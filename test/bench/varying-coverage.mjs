// Coverage of bands of coefficient functions on simulated data, as a table:
// node test/bench/varying-coverage.mjs [replicates] [first seed] [n] [bandwidth] [family] [separation] [bootstrap]
// The family is gaussian, binomial or negative-binomial. Beside coefficients it has differences and probabilities.
import { spawnSync } from "node:child_process";
import { bundle } from "./bundle.mjs";

const { file, remove } = await bundle({ entry: "varying-coverage.ts" });
try {
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  await remove();
}
