import { describe, expect, it } from "vitest";
import {
  changes,
  inSweep,
  samplersOfCount,
  testCalibrated,
  testKept,
} from "../helpers/random-count-kernels.ts";

const alone = Object.entries(changes).map(([name, change]) => [name, inSweep(change)] as const);
const kernels = [...Object.entries(samplersOfCount), ...alone];

/** Without two rows there is nothing to split. */
const ergodicWithoutData = kernels.filter(([name]) => name !== "collapsed split-merge");

describe("with no data the prior of K and of all parameters is kept", () => {
  it.each(ergodicWithoutData)("by %s", (_, recipe) => {
    const { rejected, report } = testKept("no data", recipe);
    expect(rejected, report).toBe(false);
  });
});

describe("with experts that say nothing of six rows the prior is kept", () => {
  it.each(kernels)("by %s", (_, recipe) => {
    const { rejected, report } = testKept("flat likelihood", recipe);
    expect(rejected, report).toBe(false);
  });
});

describe("the joint prior of K, parameters and data is kept", () => {
  it.each(kernels)("by %s", (_, recipe) => {
    const { rejected, report } = testKept("Geweke", recipe);
    expect(rejected, report).toBe(false);
  });
});

describe("on data from the prior", () => {
  it("the ranks of K and of quantities without labels are uniform under auto", () => {
    const { rejected, report } = testCalibrated(samplersOfCount["auto"]!);
    expect(rejected, report).toBe(false);
  });
});
