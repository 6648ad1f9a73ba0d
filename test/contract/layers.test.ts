import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

function sources(folder: string): (readonly [string, string])[] {
  const files = list(folder);
  // A check that looked at nothing must fail.
  expect(files.length).toBeGreaterThan(2);
  return files.map((file) => [file, withoutComments(readFileSync(file, "utf8"))]);
}

const list = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`);
const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");

const offenders = (folders: readonly string[], pattern: RegExp) =>
  folders.flatMap(sources).flatMap(([file, text]) => (pattern.test(text) ? [file] : []));

const DRAWS = ["models/experts", "models/gates", "samplers", "src/core", "src/math/random"];
const PURE = [...DRAWS, "src/math", "src/data", "models", "diagnostics"];

test("randomness comes from the stream that is passed in, and nothing asks the clock", () => {
  expect(offenders([...PURE, "src/run"], /Math\.random/)).toEqual([]);
  expect(offenders(PURE, /\bDate\b|performance\.now/)).toEqual([]);
});

test("what decides draws computes the same bits on every engine", () => {
  const engine = /Math\.(exp|log|log2|log10|expm1|pow|sin|cos|tan|atan|sinh|cosh|cbrt)\(/;
  // The density of a Pólya-Gamma variate is for tests; no draw depends on it.
  expect(offenders(DRAWS, engine)).toEqual(["src/math/random/polya-gamma-moments.ts"]);
});

test("nothing prints below the run", () => {
  expect(offenders(PURE, /console\./)).toEqual([]);
});
