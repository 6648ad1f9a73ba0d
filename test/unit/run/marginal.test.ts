import { describe, expect, it, test } from "vitest";
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
const baseline: ModelDeclaration = {
  ...smallModel,
  gate: { kind: "softmax", formula: "~ x", baseline: "last" },
};

/** Forty rows have a pilot of 300 sweeps; then moves are tried out. */
const WARMUP = 420;
const DRAWS = 40;

describe("a chain of the default sampler draws the same when it is stopped and continued", () => {
  it.each([
    ["rows of the gate alike", smallModel],
    ["one row held at zero", baseline],
  ] as const)("%s", (_, model) => {
    const compiled = compile(model, table).model;
    const job = learningJob({ model: compiled, table, start: "kmeans" }, "marginal", WARMUP, DRAWS);
    // In the pilot, while moves are tried out, just before and after warm-up ends.
    const { moves, acceptance } = expectSameWhenStopped(job, [170, 310, WARMUP, WARMUP + 7]);
    expect(moves!.some(({ used }) => used)).toBe(true);
    expect(Object.keys(acceptance)).toContain(moves!.find(({ used }) => used)!.move);
  });
});

test("a warm-up too short for a pilot leaves Gibbs sweeps, and the run says so", async () => {
  const options = { chains: 1, warmup: 20, draws: 20, executor: serial() };
  const { chains } = await sample(smallModel, table, options);
  expect(chains[0]!.moves!.map(({ used, words }) => [used, words])).toEqual([
    [false, "not used: warm-up was too short to find and test a normal approximation"],
    [false, "not used: warm-up was too short to find and test a normal approximation"],
  ]);
});

test("what cannot have the moves is sampled as by gibbs, to the bit, and the run says why", async () => {
  const prior = { kind: "student-t", df: 4, location: 0, scale: 2 };
  const model: ModelDeclaration = {
    ...smallModel,
    gate: { kind: "softmax", formula: "~ x", prior },
  };
  const options = { chains: 1, warmup: 10, draws: 10, executor: serial() };
  const [auto, gibbs] = await Promise.all([
    sample(model, table, options),
    sample(model, table, { ...options, sampler: "gibbs" }),
  ]);
  expect(auto.draws).toEqual(gibbs.draws);
  expect(auto.chains[0]!.moves![0]!.words).toBe(
    "not used: the gate's coefficients have no normal prior; every iteration is a Gibbs sweep",
  );
  expect(gibbs.chains[0]!.moves).toBeUndefined();
});

test("explain says where there are Gibbs sweeps only", () => {
  const words = (model: ModelDeclaration) =>
    explain(model, table).statements.map((statement) => statement.words);
  const one = { ...smallModel, components: 1 };
  const why = "Gibbs sweeps alone, since one expert has no allocations to sum out";
  expect(words(one)).toContain(why);
  expect(words(smallModel)).not.toContain(why);
});

test("explain, report and the run's record tell of the moves in words", async () => {
  expect(explain(smallModel, table).sweep).toEqual([
    "experts and gate given allocations, in one iteration of 8 (in all where the next moves are not used)",
    "jumps of all parameters, allocations summed out, 2 times",
    "Hamiltonian moves of all parameters, allocations summed out, in one iteration of 8",
    "translate",
    "permute",
    "allocate",
  ]);
  expect(explain(smallModel, table, { sampler: "gibbs" }).sweep).toEqual([
    "translate",
    "permute",
    "experts",
    "gate",
    "allocate",
  ]);
  const options = { chains: 2, warmup: WARMUP, draws: 60, executor: serial() };
  const { input } = analyze(await sample(smallModel, table, options), table);
  const text = renderText(buildReport(input), { sections: ["chains"], width: 4000 });
  expect(text).toMatch(/Jumps of all parameters: (used|not used)|Chain 1, jumps of all parameters/);
});
