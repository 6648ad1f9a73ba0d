import { describe, expect, test } from "vitest";
import { bootstrap } from "../../../src/analysis/bootstrap.ts";
import { fromFormula, type Maximum, maximize, tableFrom } from "../../../src/index.ts";
import { row } from "../../../src/math/matrix.ts";
import { standardDeviation } from "../../../src/math/moments.ts";
import { quantile } from "../../../src/math/order.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

/** y = ±2x with one sd and one weight: the slopes alone tell the experts apart. */
function cross(n: number) {
  const rng = createRng(21);
  const x = Array.from({ length: n }, () => 4 * uniform(rng) - 2);
  const y = x.map((v, i) => (i % 2 === 0 ? 2 : -2) * v + 0.6 * normal(rng));
  return tableFrom({ x, y });
}

const maximumOf = (rows: number): Promise<Maximum> =>
  maximize(fromFormula({ formula: "y ~ x", components: 2 }), cross(rows), {
    starts: 1,
    workers: 1,
  });
const maximum = await maximumOf(120);
const QUICK = { replicates: 40, workers: 1 } as const;

describe.each(["parametric", "weighted"] as const)("a %s bootstrap", (kind) => {
  test("keeps experts apart that no parameter could sort", async () => {
    const { names, replicates, failures } = await bootstrap(maximum, { ...QUICK, kind });
    const column = (name: string) =>
      Array.from({ length: replicates.rows }, (_, b) => row(replicates, b)[names.indexOf(name)]!);
    const [first, second] = [column("coef[1,x]"), column("coef[2,x]")];
    const sign = Math.sign(first[0]!);
    expect(first.every((slope) => sign * slope > 1)).toBe(true);
    expect(second.every((slope) => sign * slope < -1)).toBe(true);
    expect(failures).toEqual({ failed: 0, degenerate: 0, notConverged: 0 });
    for (const parameter of ["weight[%]", "sd[%]"]) {
      const [ours, theirs] = [1, 2].map((k) => column(parameter.replace("%", `${k}`)));
      const larger = ours!.filter((value, b) => value > theirs![b]!).length;
      expect(larger, parameter).toBeGreaterThan(0);
      expect(larger, parameter).toBeLessThan(QUICK.replicates);
    }
  });

  test("summarizes its replicates", async () => {
    const found = await bootstrap(maximum, { ...QUICK, kind, level: 0.8 });
    const { names, replicates, estimate, sd, percentile, basic } = found;
    names.forEach((_, j) => {
      const values = Float64Array.from(
        { length: replicates.rows },
        (_, b) => row(replicates, b)[j]!,
      );
      expect(sd[j]).toBeCloseTo(standardDeviation(values), 12);
      expect(percentile.low[j]).toBeCloseTo(quantile(values, 0.1), 12);
      expect(percentile.high[j]).toBeCloseTo(quantile(values, 0.9), 12);
      expect(basic.low[j]! + percentile.high[j]!).toBeCloseTo(2 * estimate[j]!, 10);
      expect(basic.high[j]! + percentile.low[j]!).toBeCloseTo(2 * estimate[j]!, 10);
    });
  });

  test("depends on its seed, not on workers nor on how many replicates are asked for", async () => {
    const one = await bootstrap(maximum, { ...QUICK, kind });
    expect(await bootstrap(maximum, { ...QUICK, kind, workers: 2 })).toEqual(one);
    const fewer = await bootstrap(maximum, { ...QUICK, kind, replicates: 3 });
    const size = fewer.replicates.data.length;
    expect(fewer.replicates.data).toEqual(one.replicates.data.slice(0, size));
    const other = await bootstrap(maximum, { ...QUICK, kind, seed: 2 });
    expect(other.sd).not.toEqual(one.sd);
  });
});

describe("bootstrap", () => {
  test("counts replicates that collapse, and leaves them out", async () => {
    const small = await maximumOf(11);
    const found = await bootstrap(small, QUICK);
    const { failures, used, replicates, sd } = found;
    expect(failures.degenerate).toBeGreaterThan(0);
    expect(used).toBe(QUICK.replicates - failures.degenerate - failures.failed);
    const out = Array.from({ length: replicates.rows }, (_, b) => row(replicates, b)).filter(
      (values) => values.every(Number.isNaN),
    );
    expect(out).toHaveLength(QUICK.replicates - used);
    expect(sd.every(Number.isFinite)).toBe(true);
  });

  test.each([1, 2])("holds a coefficient of expert %d where it is held", async (component) => {
    const model = fromFormula({ formula: "y ~ x", components: 2 });
    const fixed = [{ component, term: "x", value: 1.9 }];
    const held = await maximize(model, cross(60), { starts: 3, fixed, workers: 1 });
    const { names, estimate, sd, failures } = await bootstrap(held, QUICK);
    const slopes = ["coef[1,x]", "coef[2,x]"].map((name) => names.indexOf(name));
    const [fast, slow] = slopes.sort((a, b) => estimate[b]! - estimate[a]!) as [number, number];
    expect(estimate[fast]).toBe(1.9);
    expect(sd[fast]).toBe(0);
    expect(sd[slow]).toBeGreaterThan(0.01);
    expect(failures).toEqual({ failed: 0, degenerate: 0, notConverged: 0 });
  });

  test("counts climbs whose iterations run out, and keeps them", async () => {
    const model = fromFormula({ formula: "y ~ x", components: 2 });
    const hasty = await maximize(model, cross(120), { starts: 2, maxIterations: 3, workers: 1 });
    const { failures, used } = await bootstrap(hasty, QUICK);
    expect(failures.notConverged).toBeGreaterThan(0);
    expect(used).toBe(QUICK.replicates);
  });

  test.each([
    [{ replicates: 1 }, "`replicates` must be a whole number ≥ 2; got 1"],
    [{ level: 1 }, "`level` must be between 0 and 1; got 1"],
  ])("refuses %j", async (options, message) => {
    await expect(bootstrap(maximum, options)).rejects.toThrow(message);
  });
});
