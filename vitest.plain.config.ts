import { defineConfig } from "vitest/config";

/** What proves the draws and the maxima, with the plain loops in place of WebAssembly. */
export default defineConfig({
  test: {
    include: ["test/{contract,reference,statistical}/**/*.test.ts"],
    globalSetup: ["test/helpers/build-once.ts"],
    setupFiles: ["test/helpers/without-webassembly.ts"],
    pool: "forks",
    isolate: false,
    maxWorkers: "100%",
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
