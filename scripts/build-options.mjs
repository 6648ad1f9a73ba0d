// What goes into dist: our sources and the few @stdlib functions that we use; other packages stay external.
import { existsSync, readFileSync } from "node:fs";

const { dependencies, version } = JSON.parse(readFileSync("package.json", "utf8"));
const entries = {
  index: "src/index.ts",
  cli: "src/cli/main.ts",
  worker: "src/run/worker.ts",
};

export const buildOptions = {
  entryPoints: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]),
  alias: { debug: "./scripts/no-debug.cjs" },
  define: { MOEBIUS_VERSION: JSON.stringify(version) },
  legalComments: "none",
  logLevel: "warning",
};
