import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const EXAMPLES = "docs/examples";
/** Below the package, so that "moebius" means the package itself: its built files, as for a user. */
const scripts = join(process.cwd(), "dist", "examples");
let workplace = "";

beforeAll(() => {
  workplace = mkdtempSync(join(tmpdir(), "moebius-examples-"));
  cpSync("data", join(workplace, "data"), { recursive: true });
  mkdirSync(scripts, { recursive: true });
});

afterAll(() => {
  rmSync(workplace, { recursive: true });
  rmSync(scripts, { recursive: true });
});

const examples = readdirSync(EXAMPLES).filter((file) => file.endsWith(".ts"));

/** What each example must print, at least. */
const printed: Readonly<Record<string, readonly RegExp[]>> = {
  "varying-cells.ts": [/^ok$/m, /^[12] partner (-?\d\.\d\d ){7}/m],
  "temperature.ts": [/gate-separation/, /log_likelihood/, /Coefficient: year/],
  "arrays.ts": [/^300 draws, the last -?\d+\.\d$/m, /\(Intercept\) x season/],
  "losses-by-cell.ts": [
    /^the shared expert splits: Voronoi (0\.9\d|1\.0\d), Wasserstein (0\.9\d|1\.0\d)$/m,
    /^the single expert moves: Voronoi (0\.9\d|1\.0\d), Wasserstein (3\.9\d|4\.0\d)$/m,
  ],
  "mixture.ts": [/^(No problems|One problem|\d+ problems) found/m],
  "predictions.ts": [/^mean,sd,q5,q95,.*density_at_1,.*p_component_2/m],
  "foreign-draws.ts": [/^(true|false) .+\.$/m, /^mu 0\.\d+ \d\.\d+ \d+$/m],
  "number-of-experts.ts": [
    /^P\(K = 1\) = 0\.00( ± |$)/m,
    /^components are those of the draws with K = [2-5]$/m,
    /^over all K: 1\.\d -?0\.\d 1\.\d$/m,
  ],
  "prior-file.ts": [
    /β \| σ² ~ N\(0, 4 σ² I\), σ² ~ inverse-gamma\(shape 2, rate 0\.5\)/,
    /γ\[k\] iid N\(0, 4 I\) for k < K/,
    /^gate is updated by /m,
    /^\d+ rows come from the first expert$/m,
  ],
};

test("every example is known here, and none is missing", () => {
  expect(examples.toSorted()).toEqual(Object.keys(printed).toSorted());
});

test.each(examples)("%s runs as it stands and prints what it says", (file) => {
  const { code } = transformSync(readFileSync(join(EXAMPLES, file), "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20",
  });
  const script = join(scripts, file.replace(/\.ts$/, ".mjs"));
  writeFileSync(script, code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    cwd: workplace,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  for (const pattern of printed[file] ?? []) expect(stdout).toMatch(pattern);
});

test("the script of the README is an example, and its report is one file", () => {
  const [, script = ""] = readFileSync("README.md", "utf8").split("```ts\n");
  const example = readFileSync(join(EXAMPLES, "temperature.ts"), "utf8");
  expect(script.split("```")[0]).toBe(example.split("\n").slice(1).join("\n"));
  expect(script.split("```")[0]!.trim().split("\n")).toHaveLength(14);
  expect(readFileSync(join(workplace, "report.html"), "utf8")).toMatch(
    /^<!doctype html>[\s\S]*<\/html>\s*$/,
  );
});
