// Size and power of the test that a coefficient function is constant, by the warp-speed bootstrap:
// node test/bench/varying-size.mjs [replicates] [first seed] [n] [bandwidth] [gaussian | binomial]
import { spawnSync } from "node:child_process";
import { bundle } from "./bundle.mjs";

const { file, remove } = await bundle({ entry: "varying-size.ts" });
try {
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  await remove();
}
