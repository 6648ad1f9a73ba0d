// What goes into dist: our sources and those parts of other packages that every run needs, so that it loads fast.
import { existsSync, readFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const entries = {
  index: "src/index.ts",
  cli: "src/cli/main.ts",
  worker: "src/run/worker.ts",
  "task-worker": "src/run/task-worker.ts",
  "experiment-worker": "src/experiments/worker.ts",
};

export const buildOptions = {
  entryPoints: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Loaded when they are first needed, if at all.
  external: ["commander", "cli-progress", "vega", "vega-lite"],
  minifyWhitespace: true,
  minifySyntax: true,
  // Node prints the line of an error that nobody catches: it should fit a screen.
  lineLimit: 200,
  alias: { debug: "./scripts/no-debug.cjs" },
  define: { MOEBIUS_VERSION: JSON.stringify(version) },
  legalComments: "none",
  logLevel: "warning",
};
