import { execFileSync } from "node:child_process";

/** Builds `dist` before any test: worker threads and the command line run from the built files. */
export function setup(): void {
  execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
}
