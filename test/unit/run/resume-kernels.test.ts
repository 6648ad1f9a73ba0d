import { describe, expect, it } from "vitest";
import { compile } from "../../../models/compile.ts";
import type { Column, Table } from "../../../src/core/data.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { runChain } from "../../../src/run/chain.ts";
import type { Block, Checkpoint, Job } from "../../../src/run/job.ts";
import { smallModel, smallTable } from "./small.ts";
import { drawsOf } from "./toy.ts";

const small = smallTable();
/** With counts besides. */
const table: Table = {
  ...small,
  columns: new Map<string, Column>([
    ...small.columns,
    ["c", { kind: "numeric", values: Float64Array.from({ length: small.rows }, (_, i) => i % 4) }],
  ]),
};
const normal = { kind: "normal", mean: 0, sd: 3 };

const models: Record<string, ModelDeclaration> = {
  "conjugate experts": smallModel,
  "a baseline": { ...smallModel, gate: { kind: "softmax", formula: "~ x", baseline: "last" } },
  "a gate without a conjugate update": {
    ...smallModel,
    gate: {
      kind: "softmax",
      formula: "~ x",
      prior: { kind: "student-t", df: 4, location: 0, scale: 2 },
    },
  },
  "a constant gate": { ...smallModel, gate: { kind: "constant" } },
  "independent priors": {
    ...smallModel,
    experts: {
      ...smallModel.experts,
      prior: {
        kind: "independent",
        coefficients: normal,
        variance: { kind: "inverse-gamma", shape: 2, rate: 1 },
      },
    },
  },
  "priors without a conjugate update": {
    ...smallModel,
    experts: {
      ...smallModel.experts,
      prior: {
        kind: "independent",
        coefficients: { kind: "student-t", df: 4, location: 0, scale: 2 },
        sd: { kind: "half-cauchy", scale: 1 },
      },
    },
  },
};

const functionsOfX = (family: string): ModelDeclaration => ({
  experts: { family, formula: family === "gaussian" ? "y ~ x" : "c ~ x" },
  gate: { kind: "softmax", formula: "~ x" },
  components: 2,
  varying: { index: "x", experts: "all", gate: "all", dispersion: true, basis: 3, scale: 1 },
});

models["functions"] = functionsOfX("gaussian");
models["functions of counts"] = functionsOfX("negative-binomial");

const cases = Object.entries(models).flatMap(([name, model]) =>
  ["default", ...compile(model, table).target.gate.updates.map((update) => update.name)].map(
    (gateUpdate) => [name, gateUpdate, model] as const,
  ),
);

/** Runs a chain of 12 iterations, newly compiled, until so many are done. */
function run(job: Job, until: number): Block[] {
  let left = until - (job.resumeFrom?.iteration ?? 0);
  const blocks = [
    ...runChain(job, { now: () => 0, shouldStop: () => left-- <= 0, blockSeconds: 1 }),
  ];
  return blocks;
}

describe("every kernel keeps its whole state in the checkpoint:", () => {
  it.each(cases)("%s, gate update %s", (_, gateUpdate, model) => {
    const job: Job = {
      model: compile(model, table).model,
      table,
      settings: {
        sampler: "gibbs",
        samplerOptions: { gateUpdate },
        chains: 1,
        warmup: 3,
        draws: 9,
        thin: 1,
        seed: 8,
      },
      chain: 1,
      start: "random",
    };
    const whole = drawsOf(run(job, 12));
    expect(whole.length).toBeGreaterThan(9 * 20);
    for (const stop of [1, 3, 7]) {
      const first = run(job, stop);
      const resumeFrom: Checkpoint = structuredClone(first.at(-1)!.checkpoint);
      expect(resumeFrom.iteration).toBe(stop);
      const rest = run({ ...job, resumeFrom }, 12);
      expect([...drawsOf(first), ...drawsOf(rest)]).toEqual(whole);
    }
  });
});
