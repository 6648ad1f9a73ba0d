import { defineConfig } from "vitest/config";
import { findChromium } from "./test/helpers/find-chromium.ts";

/** A machine without a browser passes the rest and is told; where CI is set the browser tests must run. */
const browserTests = "test/end-to-end/*browser*.test.ts";
const leftOut = findChromium() === undefined && process.env["CI"] === undefined;
if (leftOut) {
  console.warn(`No Chromium found: ${browserTests} are left out. Install it or set CHROMIUM_PATH.`);
}

/** Files share a worker's modules (they are pure), so the numerical libraries load once a worker. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/slow/**", "node_modules/**", ...(leftOut ? [browserTests] : [])],
    globalSetup: ["test/helpers/build-once.ts"],
    pool: "forks",
    isolate: false,
    // By default one core is left idle: on two that doubles the time.
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
