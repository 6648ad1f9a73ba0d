// Fits the vendored temperature series, as a user would from the command line, and says where the report is.
import { spawnSync } from "node:child_process";

const command = ["fit", "data/global-temperature.csv", "--formula", "temp ~ year | year"];
const options = [
  "--components",
  "2",
  "--seed",
  "1",
  "--report",
  "--out",
  "runs/demo",
  "--overwrite",
];

console.error(
  `moebius ${command.map((word) => (word.includes(" ") ? `"${word}"` : word)).join(" ")} ${options.join(" ")}\n`,
);
const { status } = spawnSync(process.execPath, ["dist/cli.js", ...command, ...options], {
  stdio: "inherit",
});
// Exit code 1 says that the verdict names problems: for a demonstration a result, not a failure.
process.exit(status === 1 ? 0 : (status ?? 1));
