import { describe, expect, test } from "vitest";
import { countPriorNames, testByReference } from "../helpers/count-posteriors.ts";

describe("the number of experts on ten rows has the posterior that its evidence gives", () => {
  test.each(countPriorNames)("by auto, under %s", (prior) => {
    const { rejected, report } = testByReference("auto", "tiny", prior);
    expect(rejected, report).toBe(false);
  });

  test.each([
    ["reversible-jump", "bnb"],
    ["mfm", "pois"],
  ] as const)("by %s, under %s", (sampler, prior) => {
    const { rejected, report } = testByReference(sampler, "tiny", prior);
    expect(rejected, report).toBe(false);
  });
});
