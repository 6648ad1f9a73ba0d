import { describe, expect, test } from "vitest";
import { climber } from "../../../../samplers/varying/climb.ts";
import { layoutOf, parabolic } from "../../../../samplers/varying/layout.ts";
import { localLikelihood } from "../../../../samplers/varying/local-likelihood.ts";
import { scaledSlopes } from "../../../../samplers/varying/path.ts";
import { shifted } from "../../../../samplers/varying/polish.ts";
import {
  expectDifferences,
  HYBRID,
  LOCAL_CASES,
  localProblem,
  somewhere,
} from "../../../helpers/local-derivatives.ts";

describe.each(LOCAL_CASES)("local parabolas: $family", ({ family, what }) => {
  const problem = localProblem({ family, what }, 2);
  const bent = parabolic(problem);
  const layout = layoutOf(bent);
  const theta = somewhere(layout.dimension);

  test("have the score and the Hessian that differences give", () => {
    const climbing = climber(bent);
    climbing.likelihood.load(0.4, 0.35);
    expectDifferences(climbing, theta);
  });

  test("have a t² for each value, and for sizes a slope", () => {
    const lines = layoutOf(problem);
    expect(layout.values).toEqual(lines.values);
    expect(layout.slopes[0]).toBe(2 * lines.slopes[0]);
    expect(layout.slopes[2]).toBe(2 * lines.slopes[2]);
    const ofDispersion = { gaussian: 2, binomial: 0, "negative-binomial": 1 }[family];
    expect(layout.slopes[1]).toBe(what === HYBRID ? 0 : ofDispersion);
  });

  test("predict the same seen from elsewhere and in another bandwidth", () => {
    const predicted = (at: number, bandwidth: number, parameters: Float64Array): number[] => {
      const likelihood = localLikelihood(bent);
      likelihood.load(at, bandwidth);
      const out = new Float64Array(layout.predictors);
      likelihood.predict(30, parameters, out);
      return [...out];
    };
    const here = predicted(0.5, 0.4, theta);
    const there = predicted(0.6, 0.4, shifted(theta, layout, 0.25));
    const wider = predicted(0.5, 0.6, scaledSlopes(theta, layout, 1.5));
    here.forEach((value, p) => {
      expect(there[p]).toBeCloseTo(value, 10);
      expect(wider[p]).toBeCloseTo(value, 10);
    });
  });
});
