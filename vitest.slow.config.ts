import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/slow/**/*.test.ts"],
    globalSetup: ["test/helpers/build-once.ts"],
    pool: "threads",
    isolate: false,
    testTimeout: 1_200_000,
  },
});
