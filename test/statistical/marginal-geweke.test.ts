import { describe, expect, it } from "vitest";
import { sampler } from "../../samplers/index.ts";
import type { Visit } from "../../samplers/marginal/moves.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import { testByGeweke } from "../helpers/gibbs-cases.ts";
import { marginalCases } from "../helpers/marginal-cases.ts";
import { type Parts, referenceKernel } from "../helpers/marginal-kernels.ts";
import { tinyTarget } from "../helpers/tiny-targets.ts";

const JUMPS = { independence: 3 } as const;
const BOTH = { independence: 2, trajectory: { tangent: 0.2, steps: 3 } } as const;
const GLIDES = { independence: 0, trajectory: { tangent: 0.25, steps: 3 } } as const;

const PAIR = { ...marginalCases["conjugate experts"]!, rows: 3 };

describe("moves with the allocations summed out keep the joint prior of parameters and data", () => {
  it.each(["conjugate experts", "baseline gate", "constant gate with an offset"])("%s", (name) => {
    const tiny = { ...marginalCases[name]!, rows: 4 };
    const target = tinyTarget(tiny);
    const { rejected, report } = testByGeweke(target, referenceKernel(target, BOTH), tiny);
    expect(rejected, report).toBe(false);
  });

  it("also within the default sampler, which does not trust what it knows of other data", () => {
    const target = tinyTarget(PAIR);
    const kernel = sampler("marginal", {}).compile(target);
    const { rejected, report } = testByGeweke(target, kernel, PAIR);
    expect(rejected, report).toBe(false);
  });
});

describe("the test rejects, with fewer draws where that is enough,", () => {
  const target = tinyTarget(PAIR);
  const judged = (visit: Visit, change: (parts: Parts) => Partial<Parts>, power = 0.4) =>
    testByGeweke(target, referenceKernel(target, visit, change), PAIR, power).rejected;

  it("jumps without the density of proposals", () => {
    const rejected = judged(JUMPS, ({ reference }) => ({
      reference: { ...reference, logDensity: () => 0 },
    }));
    expect(rejected).toBe(true);
  });

  it("a posterior of log sds without their Jacobian", () => {
    const rejected = judged(
      JUMPS,
      ({ posterior }) => {
        const { layout } = posterior;
        const logSds = (x: Vector) =>
          x[layout.expert(0) + layout.p]! + x[layout.expert(1) + layout.p]!;
        const logPrior = (x: Vector, base: number) => posterior.logPrior(x, base) - logSds(x);
        const value = (x: Vector, base: number) => posterior.value(x, base) - logSds(x);
        return { posterior: { ...posterior, logPrior, value } };
      },
      2,
    );
    expect(rejected).toBe(true);
  });

  it("Hamiltonian moves accepted by another energy than the posterior's", () => {
    const rejected = judged(GLIDES, ({ posterior }) => ({
      posterior: {
        ...posterior,
        gradient: (x, base, out) => 0.8 * posterior.gradient(x, base, out),
      },
    }));
    expect(rejected).toBe(true);
  });

  it("allocations that are not drawn anew", () => {
    const rejected = judged(JUMPS, ({ posterior }) => ({
      posterior: {
        ...posterior,
        allocate: (_rng: Rng, x: Vector, _z, info) => {
          info["log_likelihood"] = posterior.logLikelihood(x);
          return info["log_likelihood"];
        },
      },
    }));
    expect(rejected).toBe(true);
  });
});
