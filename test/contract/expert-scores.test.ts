import { describe, expect, test } from "vitest";
import { experts } from "../../models/experts/index.ts";
import { fromUnconstrained, toUnconstrained, transformsOf } from "../../src/core/transform.ts";
import { matrix, row } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import { expertPriors, observations } from "./experts-cases.ts";

const STEP = 1e-4;

const cases = Object.values(experts).flatMap((family) => {
  const prior = Object.values(expertPriors[family.name] ?? {})[0];
  return prior === undefined ? [] : [[family.name, family, prior] as const];
});

test("there are families to look at", () => {
  expect(cases.length).toBeGreaterThan(0);
});

describe.each(cases)("%s", (_, family, prior) => {
  for (const offset of [false, true]) {
    const expert = family.compile(observations(offset), prior);
    const { score, dimension: d } = expert;
    if (score === undefined) continue;

    test(`a score is the derivative of the log density, ${offset ? "with" : "without"} an offset`, () => {
      const n = expert.y.length;
      expert.y.forEach((y, i) => {
        expert.y[i] = Math.round(Math.abs(y));
      });
      const theta = new Float64Array(d);
      expert.samplePrior(createRng(3), theta);
      const out = matrix(n, d);
      score(theta, out);
      const maps = transformsOf(expert.layout);
      const at = (j: number, step: number) => {
        const moved = theta.slice();
        toUnconstrained(maps, theta, moved);
        moved[j]! += step;
        fromUnconstrained(maps, moved, moved);
        const density = new Float64Array(n);
        expert.logDensity(moved, density);
        return density;
      };
      for (let j = 0; j < d; j++) {
        const [far, near] = [2 * STEP, STEP].map((step) => {
          const [above, below] = [at(j, step), at(j, -step)];
          return above.map((value, i) => (value - below[i]!) / (2 * step));
        }) as [Float64Array, Float64Array];
        for (let i = 0; i < n; i++) {
          // Differences extrapolated to order 4.
          const expected = (4 * near[i]! - far[i]!) / 3;
          expect(Math.abs(row(out, i)[j]! - expected)).toBeLessThan(
            1e-6 * (1 + Math.abs(expected)),
          );
        }
      }
    });
  }
});
