import { applyRelabelling } from "../../../diagnostics/relabel/apply.ts";
import { type Compiled, compile, compileReported } from "../../../models/compile.ts";
import type { Table } from "../../../src/core/data.ts";
import type { Draws, LabelledDraws } from "../../../src/core/draws.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { variableNames } from "../../../src/core/variables.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

/** The parameters of one component: coefficients and sd of the expert, coefficients of the gate. */
export interface Component {
  readonly coef: readonly number[];
  readonly sd: number;
  readonly gate: readonly number[];
}

export const lines: ModelDeclaration = {
  experts: { family: "gaussian", formula: "y ~ x" },
  gate: { kind: "softmax", formula: "~ x" },
  components: 3,
};

/** Rows of y, x and a factor; different seeds give different rows. */
export function someRows(n: number, seed = 3): Table {
  const rng = createRng(seed);
  const x = Array.from({ length: n }, () => 4 * uniform(rng) - 2);
  return tableFrom({
    y: x.map((value) => Math.abs(value) + 0.3 * normal(rng)),
    x,
    group: x.map((_, i) => (i % 3 === 0 ? "a" : "b")),
  });
}

/** Draws that hold these components, chain by chain and draw by draw. */
export function drawsOf(compiled: Compiled, chains: readonly (readonly Component[][])[]): Draws {
  const variables = variableNames(compiled.target, []);
  const first = variables.indexOf("weight[1]");
  return {
    variables,
    chains: chains.map((draws, c) => {
      const values = draws.flatMap((components) => [
        ...new Array<number>(first).fill(Number.NaN),
        ...components.flatMap(({ coef, sd, gate }) => [Number.NaN, ...coef, sd, ...gate]),
      ]);
      return { chain: c + 1, iterations: draws.length, values: Float64Array.from(values) };
    }),
  };
}

/** Draws as they are, called comparable: they are, where a test made them. */
export function labelledAsTheyAre(compiled: Compiled, draws: Draws): LabelledDraws {
  const K = compiled.target.capacity;
  const total = draws.chains.reduce((sum, { iterations }) => sum + iterations, 0);
  const identity = Int32Array.from({ length: total * K }, (_, j) => j % K);
  const target = compileReported(compiled.model, compiled.designs, compiled.table);
  return applyRelabelling(draws, target, identity);
}

/** Any components: intercept and slope for experts and gate. */
export function someComponents(seed: number, K = 3): Component[] {
  const rng = createRng(seed);
  return Array.from({ length: K }, () => ({
    coef: [2 * normal(rng), normal(rng)],
    sd: 0.3 + uniform(rng),
    gate: [normal(rng), normal(rng)],
  }));
}

/** Two chains of five draws of `lines` after it has met 30 rows. */
export function threeLines() {
  const table = someRows(30);
  const compiled = compile(lines, table);
  const chains = [0, 1].map((c) =>
    Array.from({ length: 5 }, (_, t) => someComponents(100 + 10 * c + t)),
  );
  return { table, compiled, chains, draws: drawsOf(compiled, chains) };
}
