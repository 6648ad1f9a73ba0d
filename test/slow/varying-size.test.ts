import { describe, expect, test } from "vitest";
import { fitVarying } from "../../src/analysis/varying.ts";
import { bootstrapVarying } from "../../src/analysis/varying-bootstrap.ts";
import { predictVarying } from "../../src/analysis/varying-predict.ts";
import { simulateVarying } from "../../src/analysis/varying-simulate.ts";
import { testVarying } from "../../src/analysis/varying-test.ts";
import { quantile } from "../../src/math/order.ts";

/** Seconds of processor time. */
async function cpuSeconds(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const slope = { component: 1, part: "experts", term: "z1" } as const;

test("100 000 rows are tested, predicted and drawn anew", async () => {
  const { table, model } = simulateVarying({ n: 100_000, seed: 1 });
  const { fit } = fitVarying(model, table, { bandwidth: 0.1, grid: 11 });
  const { mean, sd } = predictVarying(fit, table);
  expect(mean.every(Number.isFinite) && sd.every(Number.isFinite)).toBe(true);
  const options = { constant: [slope], replicates: 1, workers: 1 };
  const { chiSquared, bootstrap } = await testVarying(fit, table, options);
  // The slope runs from 0.71 to 1.20.
  expect(chiSquared.pValue).toBeLessThan(1e-12);
  expect(bootstrap!.failures).toBe(0);
}, 300_000);

test("200 replicates of a bootstrap at n = 300 take less than 60 seconds of processor time: 30 on two cores", async () => {
  const { table, model } = simulateVarying({ n: 300, seed: 3 });
  const { fit } = fitVarying(model, table, { bandwidth: 0.25 });
  const options = { replicates: 200, workers: 1 };
  expect(await cpuSeconds(() => bootstrapVarying(fit, table, options))).toBeLessThan(60);
}, 300_000);

describe("the test of a constant function", () => {
  const N = 70;

  test("rejects few constant ones and most of those that vary", async () => {
    const ratios = async (isConstant: boolean) => {
      const [found, drawn] = [new Float64Array(N), new Float64Array(N)];
      for (let r = 0; r < N; r++) {
        const constant = isConstant ? [slope] : [];
        const { table, model } = simulateVarying({ n: 300, seed: 5000 + r, constant });
        const { fit } = fitVarying(model, table, { bandwidth: 0.25, grid: 11 });
        const options = { constant: [slope], replicates: 1, seed: r, workers: 1 };
        const { statistic, bootstrap } = await testVarying(fit, table, options);
        [found[r], drawn[r]] = [statistic, bootstrap!.simulated[0]!];
      }
      const critical = quantile(drawn, 0.9);
      return found.filter((ratio) => ratio > critical).length / N;
    };
    // A share of N, and a quantile of N others. The power is 0.77: three sds and what the quantile moves it lie above 0.5.
    const sd = Math.sqrt((2 * 0.1 * 0.9) / N);
    expect(Math.abs((await ratios(true)) - 0.1)).toBeLessThan(3 * sd);
    expect(await ratios(false)).toBeGreaterThan(0.5);
  }, 600_000);
});
