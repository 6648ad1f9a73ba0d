import { describe, expect, test } from "vitest";
import { fastExp } from "../../../src/math/exp.ts";
import {
  addGramTriangle,
  addProducts,
  linearPredictor,
  weightedGram,
} from "../../../src/math/gram.ts";
import { i32, pair, signed, unsigned } from "../../../src/math/lanes/code.ts";
import { exponential, LARGEST_EXPONENT } from "../../../src/math/lanes/exponential.ts";
import {
  productsRoutine,
  regressionRoutine,
  triangleRoutine,
  widthOf,
} from "../../../src/math/lanes/gram-routines.ts";
import { createLanes, type Lanes } from "../../../src/math/lanes/lanes.ts";
import { routine } from "../../../src/math/lanes/module.ts";
import { entriesOfTwoRows, forRows, predictor } from "../../../src/math/lanes/rows.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

const at = (vector: Vector): number => vector.byteOffset;

function lanesFor(doubles: number): Lanes {
  const lanes = createLanes(doubles);
  if (lanes === undefined) throw new Error("this engine has no WebAssembly of pairs of doubles");
  return lanes;
}

function filled(lanes: Lanes, length: number, draw: () => number): Vector {
  const vector = lanes.vector(length);
  for (let i = 0; i < length; i++) vector[i] = draw();
  return vector;
}

function exponentials(values: Vector): Vector {
  const lanes = lanesFor(2 * values.length + 16);
  const exp = routine(3, (scope, end, x, out) => [
    forRows(
      end!,
      [pair.store(out!.get, exponential(scope)(pair.load(x!.get)))],
      [
        [x!, 16],
        [out!, 16],
      ],
    ),
  ]);
  const from = lanes.vector(values.length);
  from.set(values);
  const out = lanes.vector(values.length);
  lanes.compile({ exp }).exp(at(from) + 8 * values.length, at(from), at(out));
  return out;
}

const firstDifference = (a: Vector, b: Vector): number =>
  a.findIndex((x, i) => !Object.is(x, b[i]));

test.each([
  [0, [0]],
  [127, [127]],
  [128, [128, 1]],
  [624485, [0xe5, 0x8e, 0x26]],
])("%i without a sign is LEB128", (value, bytes) => {
  expect(unsigned(value)).toEqual(bytes);
});

test.each([
  [63, [63]],
  [64, [0xc0, 0]],
  [-1, [0x7f]],
  [-64, [0x40]],
  [-123456, [0xc0, 0xbb, 0x78]],
])("%i with a sign is LEB128", (value, bytes) => {
  expect(signed(value)).toEqual(bytes);
});

describe("the exponential of two doubles", () => {
  const rng = createRng(91, 1);
  test.each([
    [-2, 2],
    [-60, 60],
    [-700, LARGEST_EXPONENT],
    [-746, -700],
    [-1e5, -744],
  ])("has the bits of fastExp between %d and %d", (low, high) => {
    const x = Float64Array.from({ length: 200_000 }, () => low + (high - low) * uniform(rng));
    expect(firstDifference(exponentials(x), x.map(fastExp))).toBe(-1);
  });

  test("has them at the ends, and keeps NaN", () => {
    const { NEGATIVE_INFINITY, NaN: nan } = Number;
    const x = Float64Array.of(0, -0, NEGATIVE_INFINITY, nan, -745, -743.8, 1e-300, -1e-300);
    expect(firstDifference(exponentials(x), x.map(fastExp))).toBe(-1);
  });

  test("stays at that of the largest exponent beyond it", () => {
    const x = Float64Array.of(LARGEST_EXPONENT + 1, Number.POSITIVE_INFINITY);
    expect([...exponentials(x)]).toEqual(Array(2).fill(fastExp(LARGEST_EXPONENT)));
  });
});

describe.each([1, 2, 3, 5, 6, 9])("sums over rows of %i columns", (d) => {
  const rng = createRng(92, d);
  const n = 101;
  const lanes = lanesFor((n + 2) * (d + 4) + 8 * (d + 2) ** 2 + 64);
  const X = filled(lanes, (n + 1) * d, () => normal(rng)).subarray(0, n * d);
  const w = filled(lanes, n, () => uniform(rng));
  const y = filled(lanes, n + 1, () => normal(rng)).subarray(0, n);
  const width = widthOf(d);

  test("have the bits of a triangle of plain sums", () => {
    const out = filled(lanes, d * width, () => normal(rng));
    const plain = Float64Array.from({ length: d * d }, (_, at) => {
      const [j, i] = [Math.floor(at / d), at % d];
      return out[i * width + j]!;
    });
    addGramTriangle(X, d, w, plain, { first: 0, stride: d });
    const { triangle } = lanes.compile({ triangle: triangleRoutine(d) });
    triangle(at(w) + 8 * n, at(w), at(X), at(out));
    for (let j = 0; j < d; j++) {
      for (let i = 0; i <= j; i++) expect(out[i * width + j]).toBe(plain[j * d + i]);
    }
  });

  test("have the bits of plain products", () => {
    const out = filled(lanes, d, () => normal(rng));
    const plain = out.slice();
    addProducts(X, d, w, plain);
    const { products } = lanes.compile({ products: productsRoutine(d) });
    products(at(w) + 8 * n, at(w), at(X), at(out));
    expect(firstDifference(out, plain)).toBe(-1);
  });

  test("have the bits of a plain regression", () => {
    const out = lanes.vector((d + 1) * width + 2);
    const [gram, xty] = [new Float64Array(d * d), new Float64Array(d)];
    const yy = weightedGram(X, d, undefined, w, y, gram, xty);
    const { regression } = lanes.compile({ regression: regressionRoutine(d) });
    regression(at(w) + 8 * n, at(w), at(X), at(y), at(out));
    for (let j = 0; j < d; j++) {
      for (let i = 0; i <= j; i++) expect(out[i * width + j]).toBe(gram[j * d + i]);
      expect(out[d * width + j]).toBe(xty[j]);
    }
    expect(out[(d + 1) * width]).toBe(yy);
    expect(out[(d + 1) * width + 1]).toBe(w.reduce((a, b) => a + b, 0));
  });

  test("linear predictors have the bits of plain ones, the last row alone", () => {
    const beta = filled(lanes, d, () => normal(rng));
    const out = lanes.vector(n + 1);
    const predict = routine(4, (scope, end, to, x, b) => {
      const rows = entriesOfTwoRows(scope, d, x!);
      const moves = [
        [to!, 16],
        [x!, 16 * d],
      ] as const;
      return [
        forRows(end!, [rows.load, pair.store(to!.get, predictor(rows.entries, b!, 0))], moves),
      ];
    });
    lanes.compile({ predict }).predict(at(out) + 8 * n, at(out), at(X), at(beta));
    const plain = new Float64Array(n);
    linearPredictor(X, d, n, beta, plain);
    expect(firstDifference(plain, out)).toBe(-1);
  });
});

test("routines compiled by a key are written once, and work on the memory that asks", () => {
  let written = 0;
  const write = () => {
    written++;
    return {
      set: routine(1, (_, to) => [pair.store(i32.add(to!.get, i32.constant(0)), pair.constant(7))]),
    };
  };
  const memories = [lanesFor(8), lanesFor(8)].map((lanes) => {
    const vector = lanes.vector(2);
    const { set } = lanes.compileOnce("a test's", write);
    return { vector, set };
  });
  memories[1]!.set(at(memories[1]!.vector));
  expect(written).toBe(1);
  expect([...memories[0]!.vector]).toEqual([0, 0]);
  expect([...memories[1]!.vector]).toEqual([7, 7]);
});

test("there are none where there is no room for them", () => {
  expect(createLanes(2 ** 33)).toBeUndefined();
});
