import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/slow/**/*.test.ts"],
    globalSetup: ["test/helpers/build-once.ts"],
    // Processes, as one of these tests looks at the memory of its own.
    pool: "forks",
    isolate: false,
    testTimeout: 1_200_000,
  },
});
