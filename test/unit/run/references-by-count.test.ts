import { expect, test } from "vitest";
import { compile } from "../../../models/compile.ts";
import { analyze } from "../../../src/analysis/analyze.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { explain } from "../../../src/explain.ts";
import { buildReport } from "../../../src/report/report.ts";
import { renderText } from "../../../src/report/text.ts";
import { sample } from "../../../src/run/sample.ts";
import { serial } from "../../../src/run/serial.ts";
import { smallModel, smallTable } from "./small.ts";
import { expectSameWhenStopped, learningJob } from "./stopped.ts";

const table = smallTable();
/** Three experts are seldom met. */
const model: ModelDeclaration = {
  ...smallModel,
  experts: { family: "gaussian", formula: "y ~ x" },
  components: { kind: "weights", weights: [0, 0.95, 0.05], max: 3 },
};

/** Forty rows have a pilot of 300 sweeps with the same number of experts; then moves are tried out. */
const WARMUP = 450;
const DRAWS = 60;

test("a chain with a random number of experts draws the same when it is stopped and continued", () => {
  const compiled = compile(model, table).model;
  const job = learningJob({ model: compiled, table, start: "fewest" }, "auto", WARMUP, DRAWS);
  // In the pilot, while moves are tried out, and after warm-up.
  const { moves, acceptance } = expectSameWhenStopped(job, [170, 350, WARMUP + 7]);
  expect(moves!.filter(({ used }) => used).map(({ move }) => move)).toEqual([
    "independence at K = 2",
    "hamiltonian at K = 2",
  ]);
  expect(acceptance["independence at K = 2"]!.accepted).toBeGreaterThan(0);
});

test("report and the run's record say for each number of experts whether it had such moves", async () => {
  const options = { chains: 2, warmup: WARMUP, draws: 60, executor: serial() };
  const { input } = analyze(await sample(model, table, options), table);
  const text = renderText(buildReport(input), { sections: ["chains"], width: 4000 });
  expect(text).toMatch(/umps of all parameters at K = 2: used; from states/);
  expect(text).toMatch(
    /umps of all parameters at K = 3: not used: warm-up had too few sweeps with K = 3/,
  );
  // In the order of moves, not of the alphabet.
  expect(text).toMatch(/\njumps of all parameters at K = 2 .*\nHamiltonian .*\ngate rows/);
});

test("explain says why there are none", () => {
  const words = (of: ModelDeclaration) =>
    explain(of, table).statements.map((statement) => statement.words);
  const prior = { kind: "student-t", df: 4, location: 0, scale: 2 };
  const heavy = { ...model, gate: { kind: "softmax", formula: "~ x", prior } } as const;
  const why =
    "no moves of all parameters around a normal approximation, since the gate's coefficients have no normal prior";
  expect(words(heavy)).toContain(why);
  expect(words(model)).not.toContain(why);
  expect(explain(model, table).sweep.join("; ")).toMatch(/experts \(in one sweep of 8 .*jumps and/);
});
