// Runs the layer rules and fails when they looked at fewer modules than there are source files.
import { execFileSync } from "node:child_process";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import configuration from "../.dependency-cruiser.mjs";

const folders = ["src", "models", "samplers", "diagnostics"];
const tracked = execFileSync("git", [
  "ls-files",
  "--cached",
  "--others",
  "--exclude-standard",
  ...folders,
])
  .toString()
  .split("\n")
  .filter((file) => file.endsWith(".ts"));

const { output } = await cruise(
  folders,
  { ...configuration.options, validate: true, ruleSet: { forbidden: configuration.forbidden } },
  undefined,
  { tsConfig: extractTSConfig("tsconfig.json") },
);
const looked = output.modules.filter(({ source }) =>
  folders.some((f) => source.startsWith(`${f}/`)),
).length;

for (const { rule, from, to } of output.summary.violations) {
  console.error(`${rule.name}: ${from} -> ${to}`);
}
if (looked === 0 || looked < tracked.length) {
  console.error(`layer check must look at every module; looked at ${looked} of ${tracked.length}`);
  process.exit(1);
}
console.log(`layers: ${looked} modules, ${output.summary.violations.length} violations`);
process.exit(output.summary.violations.length > 0 ? 1 : 0);
