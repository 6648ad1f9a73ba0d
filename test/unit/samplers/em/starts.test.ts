import { describe, expect, test } from "vitest";
import { emStart, emStarts } from "../../../../samplers/em/starts.ts";
import { wardPartition } from "../../../../samplers/em/ward.ts";
import { em } from "../../../../samplers/em.ts";
import { type Matrix, matrix, row } from "../../../../src/math/matrix.ts";
import { createRng, uniform } from "../../../../src/math/rng.ts";
import { crossingLines, startNeeds } from "../../../helpers/em-problems.ts";

const data = crossingLines(2, 90);

/** Ward's merger of all pairs at each step: the least rise of the sum of squares. */
function plainWard(points: Matrix, K: number): number[][] {
  const groups = Array.from({ length: points.rows }, (_, i) => [i]);
  const squares = (rows: number[]): number => {
    const centre = Array.from(
      { length: points.columns },
      (_, j) => rows.reduce((sum, i) => sum + row(points, i)[j]!, 0) / rows.length,
    );
    return rows.reduce(
      (sum, i) => sum + centre.reduce((s, c, j) => s + (row(points, i)[j]! - c) ** 2, 0),
      0,
    );
  };
  while (groups.length > K) {
    let [least, a, b] = [Number.POSITIVE_INFINITY, 0, 0];
    for (let v = 1; v < groups.length; v++) {
      for (let u = 0; u < v; u++) {
        const rise =
          squares([...groups[u]!, ...groups[v]!]) - squares(groups[u]!) - squares(groups[v]!);
        if (rise < least) [least, a, b] = [rise, u, v];
      }
    }
    groups[a]!.push(...groups.splice(b, 1)[0]!);
  }
  return groups.map((of) => of.toSorted((p, q) => p - q));
}

function groupsOf(z: Int32Array, K: number): number[][] {
  return Array.from({ length: K }, (_, k) => [...z.keys()].filter((i) => z[i] === k));
}

const byFirst = (groups: number[][]): number[][] => groups.toSorted((a, b) => a[0]! - b[0]!);

describe("Ward's groups", () => {
  test("are those of merging the best of all pairs", () => {
    for (const seed of [1, 2, 3]) {
      const rng = createRng(seed);
      const points = matrix(
        40,
        2,
        Float64Array.from({ length: 80 }, () => uniform(rng)),
      );
      for (const K of [1, 2, 3, 7]) {
        const found = groupsOf(wardPartition(rng, points, K), K);
        expect(byFirst(found)).toEqual(byFirst(plainWard(points, K)));
      }
    }
  });

  test("of many rows come from a subsample", () => {
    const rng = createRng(1);
    const truth = Int32Array.from({ length: 1200 }, (_, i) => i % 3);
    const points = matrix(1200, 2);
    truth.forEach((k, i) => {
      row(points, i).set([10 * k + uniform(rng), 10 * (k % 2) + uniform(rng)]);
    });
    const groups = groupsOf(wardPartition(rng, points, 3), 3);
    expect(byFirst(groups)).toEqual(byFirst(groupsOf(truth, 3)));
  });
});

const MODELS = (["gaussian", "poisson"] as const).flatMap((family) =>
  [2, 3].map((components) => ({ family, components })),
);

describe("starts of EM", () => {
  test.each(emStarts)("of kind %s lead somewhere, the same for the same stream", (kind) => {
    for (const components of [1, 2, 3]) {
      const needs = startNeeds(data, { components });
      const [one, two] = [0, 1].map(() => emStart(createRng(4), needs, kind).state);
      expect(one).toEqual(two);
      expect(Number.isFinite(em(needs.target, one!, { maxIterations: 50 }).logLikelihood)).toBe(
        true,
      );
    }
  });

  test.each(MODELS)("that are warm keep what they have: $family, $components", (model) => {
    const needs = startNeeds(crossingLines(6, 90, model.family), model);
    for (const kind of ["smaller", "ungated"] as const) {
      for (const seed of [1, 2]) {
        const { state, from } = emStart(createRng(seed), needs, kind);
        expect(from!.model).toBe(kind);
        const reached = em(needs.target, state).logLikelihood;
        expect(reached).toBeGreaterThanOrEqual(from!.logLikelihood - 1e-8);
      }
    }
  });

  test("from a gate without covariates have its likelihood", () => {
    const needs = startNeeds(data, { components: 3 });
    const { state, from } = emStart(createRng(1), needs, "ungated");
    const { logLikelihood } = em(needs.target, state, { maxIterations: 0 });
    expect(logLikelihood).toBeGreaterThanOrEqual(from!.logLikelihood - 1e-8);
  });

  test("from fewer experts find what the data hold", () => {
    const needs = startNeeds(data, { components: 2, gated: false });
    const { state, from } = emStart(createRng(1), needs, "smaller");
    const best = em(needs.target, emStart(createRng(1), needs, "em").state);
    const reached = em(needs.target, state);
    expect(reached.logLikelihood).toBeGreaterThan(from!.logLikelihood + 20);
    expect(reached.logLikelihood).toBeCloseTo(best.logLikelihood, 6);
  });

  test("that are given follow the allocation", () => {
    const needs = startNeeds(data, { components: 2 });
    const given = Int32Array.from(data.x, (x, i) => (data.y[i]! > 0.5 * x ? 1 : 0));
    const { state } = emStart(createRng(1), { ...needs, given }, "given");
    const swapped = emStart(createRng(2), { ...needs, given: given.map((k) => 1 - k) }, "given");
    for (const k of [0, 1]) {
      row(state.theta, k).forEach((value, j) => {
        expect(row(swapped.state.theta, 1 - k)[j]).toBeCloseTo(value, 8);
      });
    }
    expect(() => emStart(createRng(1), needs, "given")).toThrow(/got none/);
    const bad = given.map((k, i) => (i === 3 ? 2 : k));
    expect(() => emStart(createRng(1), { ...needs, given: bad }, "given")).toThrow(/row 4/);
  });

  test("that cannot be are random ones", () => {
    const alone = startNeeds(data, { components: 1 });
    const ungated = startNeeds(data, { components: 2, gated: false });
    const without = { ...startNeeds(data, { components: 2 }), related: () => undefined };
    for (const [needs, kind] of [
      [alone, "smaller"],
      [ungated, "ungated"],
      [without, "larger"],
    ] as const) {
      const start = emStart(createRng(1), needs, kind);
      expect(start.from).toBeUndefined();
      expect(start).toEqual(emStart(createRng(1), needs, "random"));
    }
  });
});
