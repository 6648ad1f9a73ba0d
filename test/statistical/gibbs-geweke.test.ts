import { describe, expect, it } from "vitest";
import { compileCase, gibbsCases, testByGeweke } from "../helpers/gibbs-cases.ts";

describe("the Gibbs kernel keeps the joint prior of parameters and data", () => {
  it.each(Object.entries(gibbsCases))("with %s", (_, tiny) => {
    const { target, kernel } = compileCase(tiny);
    const { rejected, report } = testByGeweke(target, kernel, tiny);
    expect(rejected, report).toBe(false);
  });
});
