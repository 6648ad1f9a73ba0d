import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

/** A heap that the engine soon wants to mark, also from the threads in which it compiles. */
const HEAP = [
  "--min-semi-space-size=64",
  "--max-semi-space-size=64",
  "--initial-old-space-size=16",
];
const program = fileURLToPath(new URL("programs/short-runs.mjs", import.meta.url));

it("a process outlives its threads", { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...HEAP, program]);
  expect(stdout).toBe("all ended\n");
});
