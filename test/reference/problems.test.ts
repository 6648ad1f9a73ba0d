import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runPeers } from "../bench/peers/run.mjs";
import { makeProblem, problemNames } from "../bench/problems.mjs";

test.each(["P1", "pair"])("the simulator writes %s.csv byte for byte", (name) => {
  const kept = readFileSync(new URL(`${name}.csv`, import.meta.url), "utf8");
  expect(makeProblem(name).csv).toBe(kept);
});

test.each(problemNames)("%s has the rows, covariates and experts it says", (name) => {
  const problem = makeProblem(name);
  const [header, ...rows] = problem.csv.trim().split("\n");
  expect(header?.split(",").filter((column) => column.startsWith("x"))).toHaveLength(
    problem.covariates,
  );
  expect(rows).toHaveLength(problem.rows);
  const experts = new Set(rows.map((row) => row.split(",").at(-2)));
  expect(experts.size).toBe(problem.experts);
});

test("an unknown problem is named together with the known ones", () => {
  expect(() => makeProblem("P9")).toThrow("must be one of P1, P2, P4, P5, P6, pair, P3; got P9.");
});

test("without R the peers are skipped with a sentence", async () => {
  const outcome = await runPeers([makeProblem("P3")], { rscript: "no-such-rscript" });
  expect(outcome.results).toEqual([]);
  expect(outcome.skipped).toEqual(["No peer can be measured here: no-such-rscript does not run."]);
});
