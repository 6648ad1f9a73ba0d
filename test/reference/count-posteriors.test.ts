import { describe, expect, test } from "vitest";
import { testByReference } from "../helpers/count-posteriors.ts";

/** The slow suite has every sampler under every prior, on more rows too. */
describe("the number of experts on ten rows has the posterior that its evidence gives", () => {
  test.each([
    ["auto", "bnb"],
    ["reversible-jump", "unif"],
    ["mfm", "pois"],
  ] as const)("by %s, under %s", (sampler, prior) => {
    const { rejected, report } = testByReference(sampler, "tiny", prior);
    expect(rejected, report).toBe(false);
  });
});
