// What goes into dist: our sources and those parts of other packages that every run needs, so that it loads fast.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const entries = {
  index: "src/index.ts",
  cli: "src/cli/main.ts",
  worker: "src/run/worker.ts",
  "task-worker": "src/run/task-worker.ts",
  "experiment-worker": "src/experiments/worker.ts",
};

const stub = (name) => fileURLToPath(new URL(name, import.meta.url));

/** What @stdlib would load and we never call: a tenth of the program and of the time that it takes to load. */
const leaveOut = {
  name: "leave-out",
  setup({ onResolve }) {
    onResolve({ filter: /^debug$/ }, () => ({ path: stub("no-debug.cjs") }));
    onResolve({ filter: /\/base\/mt19937$|^@stdlib\/array\/to-json$/ }, () => ({
      path: stub("no-generator.cjs"),
    }));
  },
};

const IMPORTED_FUNCTION = /^import (\w+Of) from ("@stdlib\/[^"]+");$/gm;

/** Functions of @stdlib are loaded by their first calls: most runs need few of them. */
const loadWhenCalled = {
  name: "load-when-called",
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/math\/stdlib\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8").replaceAll(
        IMPORTED_FUNCTION,
        "let $1 = (...given) => ($1 = require($2))(...given);",
      ),
    }));
  },
};

/** How every program is bundled, benchmarks' and tests' too. */
export const bundling = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [leaveOut, loadWhenCalled],
  define: { MOEBIUS_VERSION: JSON.stringify(version) },
};

export const buildOptions = {
  ...bundling,
  entryPoints: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
  outdir: "dist",
  splitting: true,
  // Loaded when they are first needed, if at all.
  external: ["commander", "cli-progress", "vega", "vega-lite"],
  // Node prints the line of an error that nobody catches: it should fit a screen.
  lineLimit: 200,
  legalComments: "none",
  logLevel: "warning",
};
