import { expect, it } from "vitest";
import { compile } from "../../../models/compile.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { createRng } from "../../../src/math/rng.ts";

const table = tableFrom({ y: [1, 4, 2, 8, 5, 7], x: [3, 1, 4, 1, 5, 9] });
const model: ModelDeclaration = {
  experts: { family: "gaussian", formula: "y ~ x" },
  gate: { kind: "softmax", formula: "~ x" },
  components: 2,
};

it("what starts group rows by is of the data, also where it is first read after a simulation", () => {
  const { features } = compile(model, table).target;
  const { target } = compile(model, table);
  const rng = createRng(1);
  target.simulate(rng, target.samplePrior(rng));
  expect(target.expert.y).not.toEqual(Float64Array.of(1, 4, 2, 8, 5, 7));
  expect(target.features).toEqual(features);
  expect(target.features).toBe(target.features);
});
