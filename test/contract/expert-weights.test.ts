import { describe, expect, test } from "vitest";
import { experts } from "../../models/experts/index.ts";
import type { Expert } from "../../src/core/expert.ts";
import { createRng } from "../../src/math/rng.ts";
import { FAR, zScore } from "./contract-tools.ts";
import { expertPriors, membersOf, objectiveOf, observations } from "./experts-cases.ts";

const DRAWS = 8000;
const WEIGHTED = membersOf([0, 3, 5, 8, 9], [0.35, 0.7, 0.05, 0.5, 0.2]);

const cases = Object.values(experts).flatMap((family) =>
  Object.entries(expertPriors[family.name] ?? {}).map(
    ([name, prior]) => [`${family.name}, ${name}`, family, prior] as const,
  ),
);

/**
 * Whether an update leaves p(θ) Π f^w invariant: over prior draws, the mean of Π f^w · (g(updated θ) − g(θ)) is then 0 for
 * every g, exactly. The worst z-score over the parameters, their squares, and the density of the rows.
 */
function worstScore(expert: Expert, seed: number): number {
  const rng = createRng(seed);
  const objective = objectiveOf(expert, WEIGHTED, 0);
  const theta = new Float64Array(expert.dimension);
  const changes: number[][] = [];
  for (let t = 0; t < DRAWS; t++) {
    expert.samplePrior(rng, theta);
    const weight = Math.exp(objective(theta));
    const before = observe(theta);
    expert.update(rng, theta, WEIGHTED);
    changes.push(observe(theta).map((value, j) => weight * (value - before[j]!)));
  }
  const scores = changes[0]!.map((_, j) =>
    Math.abs(
      zScore(
        changes.map((change) => change[j]!),
        0,
      ),
    ),
  );
  return Math.max(...scores);

  function observe(point: Float64Array): number[] {
    const bounded = Array.from(point, (value) => Math.tanh(value / 2));
    return [...bounded, ...bounded.map((b) => b * b), Math.exp(0.2 * objective(point))];
  }
}

describe.each(cases)("%s", (_, family, prior) => {
  const { response } = family.compile(observations(), prior);
  const compiled = () => family.compile(observations(true, response), prior);

  test("an update honours fractional weights: it keeps the prior times f^weight", () => {
    expect(worstScore(compiled(), 61)).toBeLessThan(FAR);
  });

  test("the same test rejects an update that takes every weight for 1", () => {
    const expert = compiled();
    const { rows } = WEIGHTED;
    const careless: Expert = {
      ...expert,
      update: (rng, theta) => expert.update(rng, theta, membersOf([...rows])),
    };
    expect(worstScore(careless, 61)).toBeGreaterThan(FAR);
  });
});
