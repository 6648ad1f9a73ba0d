import { describe, expect, test } from "vitest";
import { emStart, emStarts } from "../../../samplers/em/starts.ts";
import { em } from "../../../samplers/em.ts";
import { initialize } from "../../../samplers/initialize.ts";
import { createRng } from "../../../src/math/rng.ts";
import { crossingLines, emTarget, startNeeds } from "../../helpers/em-problems.ts";

const problem = (seed: number, family: "gaussian" | "poisson", components: number) =>
  emTarget(crossingLines(seed, 80, family), { components, family });

/** The objective after more and more iterations, and whether and how flat it ended. */
function climbs(family: "gaussian" | "poisson", priorWeight: number, seed: number) {
  const target = problem(seed, family, 2);
  const needs = startNeeds(crossingLines(seed, 80, family), { components: 2, family });
  return emStarts.map((kind) => {
    const start = emStart(createRng(seed, 7), needs, kind).state;
    return [2, 4, 8, 2000].map((maxIterations) =>
      em(target, start, { priorWeight, maxIterations }),
    );
  });
}

const CASES = (["gaussian", "poisson"] as const).flatMap((family) =>
  [0, 1].map((priorWeight) => ({ family, priorWeight })),
);

describe("EM", () => {
  test.each(CASES)("climbs: $family, prior weight $priorWeight", ({ family, priorWeight }) => {
    for (const results of [1, 2, 3].flatMap((seed) => climbs(family, priorWeight, seed))) {
      const heights = results.map(({ objective }) => objective);
      heights.slice(1).forEach((height, j) => {
        expect(height).toBeGreaterThanOrEqual(heights[j]! - 1e-8);
      });
      const last = results.at(-1)!;
      expect(!last.converged || last.gradientNorm < 1e-6).toBe(true);
    }
  });

  test("converges from a good start", () => {
    for (const priorWeight of [0, 1]) {
      const target = problem(1, "gaussian", 2);
      const start = initialize(createRng(1), target, "kmeans");
      expect(em(target, start, { priorWeight }).converged).toBe(true);
    }
  });
});
