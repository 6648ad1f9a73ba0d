import { describe, expect, it } from "vitest";
import { compile } from "../../../models/compile.ts";
import { em } from "../../../samplers/em.ts";
import { initialize } from "../../../samplers/initialize.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../../src/core/mixture.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { selectRows, tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

const N = 2 ** 17;
const rng = createRng(3);
const x = Float64Array.from({ length: N }, () => normal(rng));
const y = x.map((value) => {
  const first = uniform(rng) < 1 / (1 + Math.exp(-2 * value));
  return first ? 1 + 2 * value + 0.3 * normal(rng) : -1 - value + 0.6 * normal(rng);
});
const e = x.map(() => uniform(rng));
const table = tableFrom({ y, x, e });
const model: ModelDeclaration = {
  experts: { family: "gaussian", formula: "y ~ x + offset(e)" },
  gate: { kind: "softmax", formula: "~ x" },
  components: 2,
};
const compiled = compile(model, table);
const stride = 5;

describe("a part of very many rows", () => {
  const part = compiled.target.part!();

  it("is every fifth of 2^17", () => {
    expect(part.n).toBe(Math.ceil(N / stride));
    expect(part.expert.y).toEqual(y.filter((_, i) => i % stride === 0));
  });

  it("has the density of these rows, with the same parameters", () => {
    const rows = Int32Array.from({ length: part.n }, (_, i) => i * stride);
    const other = compiled.over(selectRows(table, rows));
    const state = { ...initialize(createRng(1), part, "random"), z: new Int32Array(part.n) };
    const at = (target: typeof part): number =>
      sumOutAllocation(logJoint(target, state, mixtureScratch(target)), mixtureScratch(target));
    expect(at(part)).toBe(at(other));
    expect(part.logPrior(state)).toBe(compiled.target.logPrior(state));
  });

  it("leads starts to where the maximum of all rows is near", () => {
    const start = initialize(createRng(2), compiled.target, "kmeans");
    expect(start.z).toHaveLength(N);
    const reached = em(compiled.target, start, { maxIterations: 0 }).logLikelihood;
    const most = em(compiled.target, start).logLikelihood;
    // The maximum of a fifth of the rows lies about 5 D / 2 below that of all, D = 8; five steps do not quite reach it.
    expect(most - reached).toBeLessThan(10 * ((stride * 8) / 2));
  });

  it("is not looked for among fewer rows", () => {
    const few = compile(
      model,
      selectRows(
        table,
        Array.from({ length: N - 1 }, (_, i) => i),
      ),
    );
    expect(few.target.part).toBeUndefined();
  });
});
