import { defineConfig } from "vitest/config";

/** Files share a worker's modules (they are pure), so the numerical libraries load once a worker. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/slow/**", "node_modules/**"],
    globalSetup: ["test/helpers/build-once.ts"],
    pool: "threads",
    isolate: false,
    testTimeout: 60_000,
  },
});
