import { describe, expect, test } from "vitest";
import { fitVarying } from "../../../src/analysis/varying.ts";
import { bootstrapVarying } from "../../../src/analysis/varying-bootstrap.ts";
import { predictVarying } from "../../../src/analysis/varying-predict.ts";
import { type SimulatedVarying, simulateVarying } from "../../../src/analysis/varying-simulate.ts";
import { testVarying } from "../../../src/analysis/varying-test.ts";
import { tableFrom } from "../../../src/data/table.ts";
import type { VaryingOptions } from "../../../src/run/varying-fit.ts";
import { numbers } from "../../helpers/varying-cases.ts";

/** The same data with other values in a column. */
function changed(
  { table, model }: SimulatedVarying,
  column: string,
  of: (value: number, i: number) => number,
) {
  const cells = Object.fromEntries(
    [...table.columns.keys()].map((name) => {
      const values = numbers(table, name);
      return [name, name === column ? values.map(of) : values];
    }),
  );
  return { table: tableFrom(cells), model };
}

/** All that is done with a fit gives finite numbers, or says that it does not. */
async function expectFinite(
  { table, model }: Pick<SimulatedVarying, "table" | "model">,
  options: VaryingOptions,
  term = "z1",
): Promise<void> {
  const { fit } = fitVarying(model, table, options);
  const constant = [{ part: "experts", term, component: 1 }] as const;
  const few = { replicates: 2, workers: 1 };
  const tested = await testVarying(fit, table, { ...few, constant });
  expect(Number.isFinite(tested.statistic)).toBe(true);
  expect(tested.bootstrap!.failures).toBe(0);
  expect(tested.pValue).toBeGreaterThan(0);
  const bands = await bootstrapVarying(fit, table, few);
  expect(bands.failures).toBe(0);
  for (const { lower, upper } of bands.curves) {
    expect([...lower, ...upper].every(Number.isFinite)).toBe(true);
  }
  const { mean, sd, logDensity } = predictVarying(fit, table);
  for (const values of [mean, sd, logDensity]) expect(values.every(Number.isFinite)).toBe(true);
}

const grid = 10;

describe("data that are hard", () => {
  test("50 rows", () =>
    expectFinite(simulateVarying({ n: 50, seed: 1 }), { bandwidth: 0.5, grid }));

  test("ties: eleven values of the index", () =>
    expectFinite(
      changed(simulateVarying({ n: 150, seed: 2 }), "u", (u) => Math.round(10 * u) / 10),
      { bandwidth: 0.3, grid },
    ));

  test("a gap in the index", () =>
    expectFinite(
      changed(simulateVarying({ n: 200, seed: 3 }), "u", (u) =>
        u < 0.5 ? 0.6 * u : 0.4 + 0.6 * u,
      ),
      { bandwidth: 0.25, grid: 12 },
    ));

  test("single trials", () =>
    expectFinite(simulateVarying({ family: "binomial", n: 150, trials: 1, seed: 4 }), {
      bandwidth: 0.5,
      grid,
    }));

  test("counts that are all zero in a window", () => {
    const counts = simulateVarying({ family: "negative-binomial", n: 150, seed: 5 });
    const u = numbers(counts.table, "u");
    const zeros = changed(counts, "y", (y, i) => (u[i]! < 0.6 ? 0 : y));
    return expectFinite(zeros, { bandwidth: 0.25, grid });
  });

  test("six components of two", async () => {
    const two = simulateVarying({ n: 200, seed: 6 });
    const model = { ...two.model, components: 6 };
    const { fit } = fitVarying(model, two.table, { bandwidth: 0.6, grid: 4, starts: 1 });
    const { mean, components } = predictVarying(fit, two.table);
    expect(mean.every(Number.isFinite)).toBe(true);
    const shares = components.map(({ responsibility }) => responsibility[7]!);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const { failures, curves } = await bootstrapVarying(fit, two.table, {
      replicates: 2,
      workers: 1,
    });
    expect(failures).toBe(0);
    expect(curves.every(({ se }) => se.every(Number.isFinite))).toBe(true);
  }, 20_000);

  test("one component has no gate to be tested", async () => {
    const one = simulateVarying({ n: 100, components: 1, seed: 8 });
    await expectFinite(one, { bandwidth: 0.4, grid });
    const { fit } = fitVarying(one.model, one.table, { bandwidth: 0.4, grid });
    await expect(testVarying(fit, one.table, { constant: "gate" })).rejects.toThrow(
      /must name functions that vary/,
    );
  });
});
