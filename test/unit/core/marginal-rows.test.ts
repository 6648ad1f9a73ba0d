import { describe, expect, it } from "vitest";
import { gaussianRows } from "../../../models/experts/gaussian-rows.ts";
import type { ExpertRows } from "../../../src/core/expert-rows.ts";
import type { BlockScratch, PassParameters } from "../../../src/core/marginal-block.ts";
import { slopesOf } from "../../../src/core/marginal-derivatives.ts";
import { lanePass } from "../../../src/core/marginal-lanes.ts";
import { type RowPasses, rowPasses } from "../../../src/core/marginal-rows.ts";
import { type Matrix, matrix, type Vector } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, type Rng, uniform } from "../../../src/math/rng.ts";

interface Shape {
  readonly n: number;
  readonly K: number;
  readonly p: number;
  /** Absent: experts and gate have one matrix. */
  readonly q?: number;
}

const SHAPES: readonly Shape[] = [
  { n: 1, K: 2, p: 1 },
  { n: 2, K: 3, p: 2 },
  { n: 255, K: 2, p: 3 },
  { n: 257, K: 3, p: 3, q: 1 },
  { n: 600, K: 4, p: 6 },
  { n: 600, K: 6, p: 4, q: 5 },
  { n: 513, K: 5, p: 7, q: 2 },
];

/** How far parameters go, up to where exponentials leave the range of doubles. */
const SPREADS = [0.3, 5, 60, 400];

describe("passes by WebAssembly", () => {
  for (const shape of SHAPES) {
    const name = `${shape.n} rows, K = ${shape.K}, p = ${shape.p}, q = ${shape.q ?? "the same"}`;
    it(`have the bits of plain ones: ${name}`, () => {
      const rng = createRng(31, shape.n, shape.K);
      const { W, rows } = problem(rng, shape);
      expect(lanePass(shape.n, shape.K, W, rows, 256)).toBeDefined();
      const fast = rowPasses(shape.n, shape.K, W, rows);
      const plain = rowPasses(shape.n, shape.K, W, rows, true);
      for (const spread of SPREADS) {
        for (let trial = 0; trial < 20; trial++) {
          const at = parameters(rng, shape, spread);
          fast.load(at);
          plain.load(at);
          compare(fast, plain);
          // With log sds out of range the plain ones are no numbers.
          if (spread < 100) compareScores(fast, plain, at, shape.K, rows);
        }
      }
    });
  }

  it("follow a response that is rewritten, and designs too large to be copied as a whole", () => {
    const shape = { n: 200_000, K: 2, p: 6 };
    const rng = createRng(32);
    const { W, rows, y } = problem(rng, shape);
    const fast = rowPasses(shape.n, shape.K, W, rows);
    const plain = rowPasses(shape.n, shape.K, W, rows, true);
    for (let trial = 0; trial < 2; trial++) {
      y[shape.n - 1] = 3 * normal(rng);
      const at = parameters(rng, shape, 0.3);
      fast.load(at);
      plain.load(at);
      expect(total(fast)).toBe(total(plain));
    }
  });

  it("are left to the plain ones where a log sd is out of range", () => {
    const shape = { n: 20, K: 2, p: 2 };
    const rng = createRng(33);
    const { W, rows } = problem(rng, shape);
    const at = { ...parameters(rng, shape, 0.3), u: () => 400 };
    for (const plain of [false, true]) {
      const passes = rowPasses(shape.n, shape.K, W, rows, plain);
      passes.load(at);
      expect(total(passes)).toBe(Number.NEGATIVE_INFINITY);
    }
  });

  it("are not made for other families, nor for offsets", () => {
    const { W, rows } = problem(createRng(34), { n: 20, K: 2, p: 2 });
    const { normal: _, ...other } = rows;
    expect(lanePass(20, 2, W, other, 256)).toBeUndefined();
    expect(lanePass(20, 2, W, { ...rows, offset: new Float64Array(20) }, 256)).toBeUndefined();
  });
});

function compare(fast: RowPasses, plain: RowPasses): void {
  fast.blocks.forEach((block, b) => {
    const other = plain.blocks[b]!;
    expect(fast.value(block)).toBe(plain.value(other));
    expect(firstDifference(each(fast, b), each(plain, b))).toBe(-1);
    const value = fast.detail(block);
    expect(value).toBe(plain.detail(other));
    if (value > Number.NEGATIVE_INFINITY) compareAllocations(fast, plain, b);
    const vectors = detailOf(other.scratch);
    detailOf(block.scratch).forEach((vector, at) => {
      expect(firstDifference(vector, vectors[at]!)).toBe(-1);
    });
  });
}

function each(passes: RowPasses, b: number): Vector {
  const block = passes.blocks[b]!;
  const out = new Float64Array(block.size);
  passes.each(block, out);
  return out;
}

function compareScores(
  fast: RowPasses,
  plain: RowPasses,
  at: PassParameters,
  K: number,
  rows: ExpertRows,
): void {
  const slopes = slopesOf(K, rows);
  fast.blocks.forEach((block, b) => {
    if (!(fast.detail(block) > Number.NEGATIVE_INFINITY)) return;
    plain.detail(plain.blocks[b]!);
    const { eta, u, residual } = fast.scores!(block);
    const other = slopes(plain.blocks[b]!, at, false).scores;
    const vectors = [...other.eta, ...other.u, ...other.residual];
    [...eta, ...u, ...residual].forEach((vector, k) => {
      expect(firstDifference(vector, vectors[k]!)).toBe(-1);
    });
  });
}

function compareAllocations(fast: RowPasses, plain: RowPasses, b: number): void {
  const [own, other] = [fast, plain].map(({ blocks, allocation }) => {
    const rng = createRng(35, b);
    const { size } = blocks[b]!;
    allocation.sums.fill(1);
    for (let i = 0; i < size; i++) allocation.uniform[i] = uniform(rng);
    allocation.run(blocks[b]!);
    return [...allocation.place.subarray(0, size), ...allocation.sums];
  }) as [number[], number[]];
  expect(own.findIndex((x, i) => !Object.is(x, other[i]))).toBe(-1);
}

/** All that a pass writes; the last log weights are zeros that nobody looks at. */
const detailOf = ({ gate, eta, logDensity, weight, joint, ...sums }: BlockScratch): Vector[] => [
  ...gate.slice(0, -1),
  ...eta,
  ...logDensity,
  ...weight,
  ...joint,
  ...[sums.weightSum, sums.jointSum, sums.shift],
];

const firstDifference = (a: Vector, b: Vector): number =>
  a.findIndex((x, i) => !Object.is(x, b[i]));

const total = (passes: RowPasses): number =>
  passes.blocks.reduce((sum, block) => sum + passes.value(block), 0);

function problem(rng: Rng, { n, p, q }: Shape): { W: Matrix; rows: ExpertRows; y: Vector } {
  const draw = (columns: number): Matrix => {
    const X = matrix(n, columns);
    for (let at = 0; at < X.data.length; at++) X.data[at] = at % columns === 0 ? 1 : normal(rng);
    return X;
  };
  const X = draw(p);
  const y = Float64Array.from({ length: n }, () => 2 * normal(rng));
  const rows = gaussianRows({ y, design: { X } } as unknown as Parameters<typeof gaussianRows>[0]);
  return { W: q === undefined ? X : draw(q), rows, y };
}

function parameters(rng: Rng, { K, p, q = p }: Shape, spread: number): PassParameters {
  const draw = (length: number): Vector =>
    Float64Array.from({ length }, () => spread * normal(rng));
  const u = draw(K);
  return {
    gate: Array.from({ length: K - 1 }, () => draw(q)),
    coefficients: Array.from({ length: K }, () => draw(p)),
    u: (k) => u[k]!,
  };
}
