import { describe, expect, test } from "vitest";
import { compile } from "../../../../models/compile.ts";
import { type Passes, passesOf } from "../../../../samplers/em/passes.ts";
import { rowBlocks } from "../../../../samplers/em/row-blocks.ts";
import { rowParts } from "../../../../samplers/em/row-parts.ts";
import { rowWeightOf } from "../../../../samplers/em/row-weight.ts";
import type { Table } from "../../../../src/core/data.ts";
import type { State, Target } from "../../../../src/core/target.ts";
import { matrix, row, type Vector } from "../../../../src/math/matrix.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng, type Rng, uniform } from "../../../../src/math/rng.ts";

interface Shape {
  readonly n: number;
  readonly K: number;
  readonly experts: string;
  readonly gate: string;
}

/** From 1000 rows on passes use WebAssembly; one row, or none, stands alone at the end. */
const SHAPES: readonly Shape[] = [
  { n: 1024, K: 2, experts: "1", gate: "1" },
  { n: 1025, K: 3, experts: "x", gate: "x" },
  { n: 1300, K: 1, experts: "x + w", gate: "1" },
  { n: 1001, K: 4, experts: "x + w + x:w + v", gate: "x + w" },
  { n: 1537, K: 6, experts: "x + w", gate: "x + w + v + x:v" },
];

/** Of parameters: from where experts overlap to where exponentials leave the range of doubles. */
const SPREADS = [0.3, 3, 30];

describe.each(SHAPES)("passes over $n rows, K = $K, $experts | $gate", ({ n, K, ...formulas }) => {
  const rng = createRng(41, n, K);
  const target = compile(
    {
      experts: { family: "gaussian", formula: `y ~ ${formulas.experts}` },
      gate: { kind: "softmax", formula: `~ ${formulas.gate}` },
      components: K,
      standardize: false,
    },
    table(rng, n),
  ).target;
  const weights = {
    "all rows alike": undefined,
    "rows that count differently": Float64Array.from({ length: n }, (_, i) => (i % 5) / 2),
  };

  test.each(Object.entries(weights))(
    "by WebAssembly have the bits of plain ones, %s",
    (_, each) => {
      const fast = passesOf(target, K)!;
      expect(fast.lanes).toBeDefined();
      const plain: Passes = {
        expert: target.expert.pass!(K),
        gate: target.gate.pass!(K),
        lanes: undefined,
      };
      for (const spread of SPREADS) {
        const state = draw(rng, target, K, spread);
        const a = sumsOf(fast, target, K, state, each);
        const b = sumsOf(plain, target, K, state, each);
        expect(b.sums.length).toBeGreaterThan(K);
        expect(firstDifference(a.sums, b.sums)).toBe(-1);
        expect(firstDifference(a.responsibility, b.responsibility)).toBe(-1);
      }
    },
  );
});

test("passes over few rows, or over very many parameters, are plain", () => {
  const rng = createRng(42);
  const model = {
    experts: { family: "gaussian", formula: "y ~ x" },
    gate: { kind: "softmax", formula: "~ x" },
    components: 2,
  } as const;
  expect(passesOf(compile(model, table(rng, 200)).target, 2)!.lanes).toBeUndefined();
  expect(passesOf(compile(model, table(rng, 1000)).target, 40)!.lanes).toBeUndefined();
});

function sumsOf(passes: Passes, target: Target, K: number, state: State, each?: Vector) {
  const { n } = target;
  const { expert, gate } = passes;
  const weight = rowWeightOf(n, each);
  const blocks = rowBlocks(n, K, passes, weight, 1);
  const responsibility = new Float64Array(K * n);
  expert.begin(state.theta);
  gate.begin(state.gamma);
  const parts = rowParts(blocks, 1, expert, gate, weight);
  const sums = new Float64Array(parts.size);
  parts.write(0, sums);
  blocks.look(0, blocks.count, ({ joint }, from) => {
    joint.forEach((of, k) => {
      responsibility.set(of, k * n + from);
    });
  });
  return { sums, responsibility };
}

function draw(rng: Rng, { expert, gate, n }: Target, K: number, spread: number): State {
  const theta = matrix(K, expert.dimension);
  const gamma = matrix(K, gate.dimension);
  for (let at = 0; at < theta.data.length; at++) theta.data[at] = spread * normal(rng);
  for (let at = 0; at < gamma.data.length; at++) gamma.data[at] = spread * normal(rng);
  for (let k = 0; k < K; k++) row(theta, k)[expert.dimension - 1] = 0.1 + uniform(rng);
  return { theta, gamma, z: new Int32Array(n) };
}

function table(rng: Rng, n: number): Table {
  const column = () => ({
    kind: "numeric" as const,
    values: Float64Array.from({ length: n }, () => normal(rng)),
  });
  return {
    rows: n,
    columns: new Map(["y", "x", "w", "v"].map((name) => [name, column()])),
  };
}

const firstDifference = (a: Vector, b: Vector): number =>
  a.findIndex((x, i) => !Object.is(x, b[i]));
