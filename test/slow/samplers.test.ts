import { describe, expect, it } from "vitest";
import { samplers } from "../../samplers/index.ts";
import { everyModel, kindOf, walksOn } from "../helpers/sampler-walks.ts";

describe.each(Object.keys(samplers))("%s", (name) => {
  it("starts and walks with numbers, for every prior of experts with every gate", () => {
    const models = everyModel(kindOf(name));
    const walks = walksOn(name, models);
    expect(walks.length).toBeGreaterThanOrEqual(models.length / 2);
    for (const numbers of walks) expect(numbers.every(Number.isFinite)).toBe(true);
  });
});
