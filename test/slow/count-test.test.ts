import { expect, test } from "vitest";
import { countTest } from "../../src/analysis/count-test.ts";
import { SamplerError } from "../../src/core/errors.ts";
import { fromFormula, tableFrom } from "../../src/index.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, uniform } from "../../src/math/rng.ts";
import { chiSquaredUpper } from "../../src/math/stdlib.ts";

const REPLICATES = 19;
const MODEL = fromFormula({ formula: "y ~ x", components: 1 });

/** Lines of slope −1, and 2 for half of the rows where there are two experts. */
function lines(n: number, experts: number, seed: number) {
  const rng = createRng(seed, 31);
  const x = Array.from({ length: n }, () => 4 * uniform(rng) - 2);
  const y = x.map((v) => (experts === 2 && uniform(rng) < 0.5 ? 2 : -1) * v + 0.6 * normal(rng));
  return tableFrom({ x, y });
}

interface Tested {
  readonly pValue: number;
  readonly statistic: number;
}

async function tested(n: number, experts: number, seed: number): Promise<Tested> {
  try {
    const options = { replicates: REPLICATES, seed, starts: 2, workers: 1 };
    const maximum = { starts: 4, workers: 1 };
    const table = lines(n, experts, seed);
    return await countTest(MODEL, table, { ...options, components: experts, maximum });
  } catch (error) {
    if (!(error instanceof SamplerError)) throw error;
    // No regular maximum: as large as a statistic can be.
    return { pValue: 1 / (REPLICATES + 1), statistic: Number.POSITIVE_INFINITY };
  }
}

/** The share of p-values up to a level, less the level, in its standard errors where they are uniform. */
function excess(values: readonly number[], level: number): number {
  const share = values.filter((p) => p <= level + 1e-9).length / values.length;
  return (share - level) / Math.sqrt((level * (1 - level)) / values.length);
}

const LEVELS = [0.1, 0.25, 0.5, 0.75];

async function repeated(count: number, n: number, experts: number): Promise<Tested[]> {
  const found: Tested[] = [];
  for (let seed = 1; seed <= count; seed++) found.push(await tested(n, experts, seed));
  return found;
}

test("p-values of one expert against two are uniform, and those of χ² would not be", async () => {
  const found = await repeated(160, 50, 1);
  const values = found.map(({ pValue }) => pValue);
  // 4 levels at 4 errors each: a false alarm in 1 of 4000 seeds. For one expert the statistic does not depend on parameters.
  for (const level of LEVELS) expect(Math.abs(excess(values, level)), `${level}`).toBeLessThan(4);
  // An intercept, a slope, an sd and a gate's intercept more.
  const naive = found.map(({ statistic }) => chiSquaredUpper(statistic, 4));
  expect(excess(naive, 0.1)).toBeGreaterThan(4);
});

test("p-values of two clear experts against three are uniform, as nearly as can be told", async () => {
  const values = (await repeated(60, 80, 2)).map(({ pValue }) => pValue);
  for (const level of LEVELS) expect(Math.abs(excess(values, level)), `${level}`).toBeLessThan(4);
});
