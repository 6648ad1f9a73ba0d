import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { summarizeVariable } from "../../diagnostics/summarize.ts";
import { compile } from "../../models/compile.ts";
import { gibbs } from "../../samplers/gibbs.ts";
import type { Move } from "../../src/core/kernel.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import type { State, Target } from "../../src/core/target.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { selectRows } from "../../src/data/table.ts";
import { createRng } from "../../src/math/rng.ts";
import { copyState } from "../../src/run/keeper.ts";
import { sample } from "../../src/run/sample.ts";
import { serial } from "../../src/run/serial.ts";
import { builtReference } from "../helpers/built-reference.ts";

const read = (name: string) => parseTable(readFileSync(new URL(name, import.meta.url), "utf8"));

const tone: ModelDeclaration = {
  experts: { family: "gaussian", formula: "tuned ~ stretchratio" },
  gate: { kind: "softmax", formula: "~ stretchratio" },
  components: 2,
};
const terms = "x1 + x2";
const p1: ModelDeclaration = {
  experts: { family: "gaussian", formula: `y ~ ${terms}` },
  gate: { kind: "softmax", formula: `~ ${terms}` },
  components: 3,
};

/** Mean and its Monte Carlo error of what does not depend on labels, over draws of a kernel from a state. */
function means(kernel: Move, target: Target, from: State, draws: number) {
  const K = target.capacity;
  const rng = createRng(21);
  let state = copyState(from);
  const columns = Array.from({ length: K + 2 }, () => new Float64Array(draws));
  for (let t = 0; t < draws; t++) {
    const { state: next, info } = kernel.step(rng, state);
    state = next;
    columns[0]![t] = info["log_likelihood"]!;
    columns[1]![t] = info["gate_entropy"]!;
    const sds = Array.from(
      { length: K },
      (_, k) => state.theta.data[(k + 1) * state.theta.columns - 1]!,
    );
    sds
      .sort((a, b) => a - b)
      .forEach((sd, k) => {
        columns[2 + k]![t] = Math.log(sd);
      });
  }
  return columns.map((values, j) => summarizeVariable(`${j}`, [values]));
}

describe.each([
  ["tone", tone, "tone.csv", 3000],
  ["P1", p1, "P1.csv", 600],
] as const)("%s", (_, model, file, draws) => {
  const { target } = compile(model, read(file));
  const { state, score, only } = builtReference(target, "kmeans");

  test("moves with the allocations summed out, each kind alone, agree with Gibbs sweeps", () => {
    expect(score!.accepted).toBeGreaterThan(0.5);
    const jumps = means(only({ independence: 2 }), target, state, draws);
    const trajectory = { tangent: 0.4228, steps: 2 };
    const glides = means(only({ independence: 0, trajectory }), target, state, draws);
    const sweeps = means(gibbs().compile(target), target, state, 2 * draws);
    for (const [a, b] of [
      [jumps, glides],
      [jumps, sweeps],
      [glides, sweeps],
    ] as const) {
      a.forEach((own, j) => {
        const error = Math.hypot(own.mcse_mean, b[j]!.mcse_mean);
        expect(Math.abs(own.mean - b[j]!.mean)).toBeLessThan(4 * error);
      });
    }
  });
});

test("a posterior with a spike is left to Gibbs sweeps, and the chain says why", async () => {
  const whole = read("P1.csv");
  const rows = Array.from({ length: 60 }, (_, i) => i);
  const model: ModelDeclaration = {
    ...p1,
    experts: {
      ...p1.experts,
      prior: {
        kind: "independent",
        coefficients: { kind: "normal", mean: 0, sd: 10 },
        variance: { kind: "inverse-gamma", shape: 2, rate: 0.001 },
      },
    },
  };
  const options = { chains: 2, warmup: 500, draws: 20, seed: 3, executor: serial() };
  const run = await sample(model, selectRows(whole, rows), options);
  for (const { moves, acceptance } of run.chains) {
    const [independence] = moves!;
    expect(independence).toMatchObject({ move: "independence", used: false });
    expect(independence!.words).toMatch(/^not used: /);
    expect(acceptance["independence"]).toBeUndefined();
  }
});
