import { expect, test } from "vitest";
import { commandLine } from "../../../src/cli/command-line.ts";

test("a command line is quoted for a shell where a word needs it", () => {
  expect(commandLine(["fit", "my data.csv", "--formula", "y ~ x | x", "--seed=4"])).toBe(
    "moebius fit 'my data.csv' --formula 'y ~ x | x' --seed=4",
  );
  expect(commandLine(["fit", "", "it's", "$HOME", "a/b-c_1.csv"])).toBe(
    "moebius fit '' 'it'\\''s' '$HOME' a/b-c_1.csv",
  );
});

test("a command line that continued a run makes its draws from the start", () => {
  expect(commandLine(["fit", "a.csv", "--out", "run", "--resume", "--draws", "20"])).toBe(
    "moebius fit a.csv --out run --draws 20",
  );
});
