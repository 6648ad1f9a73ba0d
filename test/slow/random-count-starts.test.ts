import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mcseMean } from "../../diagnostics/mcse.ts";
import { compile } from "../../models/compile.ts";
import { gaussian, moe, normal, normalInverseGamma, poisson, softmax } from "../../models/index.ts";
import { sampler } from "../../samplers/index.ts";
import type { CountStart } from "../../samplers/initialize-count.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { mean } from "../../src/math/moments.ts";
import { createRng } from "../../src/math/rng.ts";

const WARMUP = 200;
const DRAWS = 6000;
/** Two-sided tail of a normal beyond it: 1e-6, for one probability of each of two samplers. */
const FAR = 4.9;

const table = parseTable(readFileSync("test/reference/random-k/k2.csv", "utf8"));
const { target } = compile(
  moe({
    experts: gaussian("y ~ x", normalInverseGamma({ mean: 0, scale: 4, shape: 2, rate: 0.5 })),
    gate: softmax("~ x", normal(0, 2)),
    components: poisson(1, { max: 6 }),
    standardize: false,
  }),
  table,
);

/** Whether each draw has two experts, in a chain that starts so. */
function hasTwo(name: string, start: CountStart): { first: number; values: Float64Array } {
  const kernel = sampler(name, { start }).compile(target);
  const rng = createRng(11, start.length);
  let state = kernel.init(rng);
  const first = state.theta.rows;
  for (let t = 0; t < WARMUP; t++) ({ state } = kernel.step(rng, state, true));
  const values = new Float64Array(DRAWS);
  for (let t = 0; t < DRAWS; t++) {
    ({ state } = kernel.step(rng, state));
    values[t] = state.theta.rows === 2 ? 1 : 0;
  }
  return { first, values };
}

test.each(["auto", "reversible-jump"])(
  "chains of %s that start with one expert and with the most agree on the number",
  (name) => {
    const [few, many] = [hasTwo(name, "fewest"), hasTwo(name, "most")];
    expect([few.first, many.first]).toEqual([1, 6]);
    const error = Math.hypot(mcseMean.compute([few.values]), mcseMean.compute([many.values]));
    expect(error).toBeLessThan(0.05);
    expect(Math.abs(mean(few.values) - mean(many.values))).toBeLessThan(FAR * error);
  },
);
