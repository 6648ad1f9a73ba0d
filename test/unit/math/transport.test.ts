import { expect, test } from "vitest";
import { assign } from "../../../src/math/assignment.ts";
import { matrix, row } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, integerBelow, uniform } from "../../../src/math/rng.ts";
import { transport } from "../../../src/math/transport.ts";

const rng = createRng(17);
const total = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0);

function problem(m: number, n: number) {
  const shares = (k: number) => {
    const raw = Float64Array.from({ length: k }, () => uniform(rng));
    const sum = total(raw);
    return raw.map((value) => value / sum);
  };
  const cost = matrix(m, n);
  for (let c = 0; c < cost.data.length; c++) cost.data[c] = Math.abs(normal(rng));
  return { supply: shares(m), demand: shares(n), cost };
}

test("the plan has the margins asked for, and prices prove its cost to be least", () => {
  for (let trial = 0; trial < 300; trial++) {
    const { supply, demand, cost } = problem(1 + integerBelow(rng, 8), 1 + integerBelow(rng, 8));
    const { plan, cost: least, gap } = transport(supply, demand, cost);
    expect(Math.min(...plan.data)).toBeGreaterThanOrEqual(0);
    supply.forEach((value, i) => {
      expect(total(row(plan, i))).toBeCloseTo(value, 14);
    });
    demand.forEach((value, j) => {
      const column = Array.from(supply, (_, i) => row(plan, i)[j]!);
      expect(total(column)).toBeCloseTo(value, 14);
    });
    expect(plan.data.reduce((sum, amount, c) => sum + amount * cost.data[c]!, 0)).toBeCloseTo(
      least,
      14,
    );
    expect(Math.abs(gap)).toBeLessThan(1e-12);
  }
});

test("with equal weights it is an assignment, though every basis is degenerate", () => {
  for (let trial = 0; trial < 50; trial++) {
    const n = 2 + integerBelow(rng, 6);
    const { cost } = problem(n, n);
    const equal = new Float64Array(n).fill(1 / n);
    const home = new Int32Array(n);
    assign(
      matrix(
        n,
        n,
        cost.data.map((value) => -value),
      ),
      home,
    );
    const best = home.reduce((sum, j, i) => sum + cost.data[i * n + j]! / n, 0);
    expect(transport(equal, equal, cost).cost).toBeCloseTo(best, 13);
  }
});

test("on a line the cost is the area between the distribution functions", () => {
  for (let trial = 0; trial < 50; trial++) {
    const { supply, demand, cost } = problem(6, 5);
    const [a, b] = [supply, demand].map((x) => Float64Array.from(x, () => normal(rng)).sort());
    for (let c = 0; c < 30; c++) cost.data[c] = Math.abs(a![Math.floor(c / 5)]! - b![c % 5]!);
    const ends = Float64Array.of(...a!, ...b!).sort();
    let area = 0;
    for (let e = 1; e < ends.length; e++) {
      const below = (x: Float64Array, w: Float64Array) =>
        total(w.filter((_, k) => x[k]! <= ends[e - 1]!));
      area += (ends[e]! - ends[e - 1]!) * Math.abs(below(a!, supply) - below(b!, demand));
    }
    expect(transport(supply, demand, cost).cost).toBeCloseTo(area, 12);
  }
});

test("the plan of the corner is not the answer where the other diagonal is cheaper", () => {
  const cost = matrix(2, 2, Float64Array.of(1, 0, 0, 1));
  const half = Float64Array.of(0.5, 0.5);
  expect(transport(half, half, cost)).toMatchObject({ cost: 0 });
});

test("atoms without weight do no harm", () => {
  const cost = matrix(3, 2, Float64Array.of(1, 2, 5, 7, 3, 1));
  const { cost: least } = transport(Float64Array.of(0.5, 0, 0.5), Float64Array.of(1, 0), cost);
  expect(least).toBeCloseTo(2, 14);
});
