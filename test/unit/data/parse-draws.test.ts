import { expect, test } from "vitest";
import { variable } from "../../../src/core/draws.ts";
import { parseDraws } from "../../../src/data/parse-draws.ts";

const file = (text: string, source = "draws.csv") => ({ text, source });

test("a long CSV is split into its chains in the order of iterations", () => {
  const text = ".chain,.iteration,.draw,mu\n2,1,3,30\n1,2,2,20\n1,1,1,10\n2,2,4,Inf\n";
  const draws = parseDraws([file(text)]);
  expect(draws.variables).toEqual(["mu"]);
  expect(variable(draws, "mu").map((chain) => [...chain])).toEqual([
    [10, 20],
    [30, Number.POSITIVE_INFINITY],
  ]);
});

test("without iterations the rows of a chain are in order, and the dots may be left out", () => {
  const draws = parseDraws([file("tau,chain\n5,1\n6,2\n7,1\n")]);
  expect(draws.variables).toEqual(["tau"]);
  expect(variable(draws, "tau").map((chain) => [...chain])).toEqual([[5, 7], [6]]);
});

test("Stan CSV files lose sampler columns and saved warm-up, and get brackets", () => {
  const header = "# num_samples = 2\n# num_warmup = 1\n# save_warmup = 1\n# thin = 1 (Default)\n";
  const rows =
    "lp__,accept_stat__,beta.1.2\n-9,0.5,9\n# Adaptation terminated\n-1,0.9,1\n-2,0.8,2\n";
  const draws = parseDraws([file(header + rows, "a.csv"), file(header + rows, "b.csv")]);
  expect(draws.variables).toEqual(["lp__", "beta[1,2]"]);
  expect(variable(draws, "beta[1,2]").map((chain) => [...chain])).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test.each([
  ["x,y\n1,2\n", /must have a column \.chain \(and \.iteration\), or be a Stan CSV file/],
  [".chain,.iteration,mu\n1,1\n", /must have 3 values in every row; row 1 has 2/],
  [".chain,.iteration,mu\n1,1,abc\n", /row 1 of column mu is "abc"/],
  [".chain,.iteration,mu\n", /holds no draws/],
])("refuses %j", (text, message) => {
  expect(() => parseDraws([file(text)])).toThrow(message);
});
