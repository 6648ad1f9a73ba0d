import { describe, expect, test } from "vitest";
import { applyRelabelling } from "../../../diagnostics/relabel/apply.ts";
import { canonicalOrder } from "../../../diagnostics/relabel/canonical-order.ts";
import { bestResponsibilities, evenRows } from "../../../diagnostics/relabel/classification.ts";
import { agreement, disagreement } from "../../../diagnostics/relabel/loss.ts";
import { relabellers } from "../../../diagnostics/relabel/methods.ts";
import { refusal } from "../../../diagnostics/relabel/refusal.ts";
import { relabel } from "../../../diagnostics/relabel/relabel.ts";
import { pooled, variable } from "../../../src/core/draws.ts";
import { UsageError } from "../../../src/core/errors.ts";
import { pointwiseLogLikelihood } from "../../../src/core/posterior.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { mean } from "../../../src/math/moments.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { regressionTargets, rowsFrom, shuffledDraws, THREE } from "../../helpers/labelled-draws.ts";

const SIZE = { chains: 2, iterations: 60, noise: 0.05, seed: 3 };

function shuffledCase(baseline: "none" | "last") {
  const data = rowsFrom(createRng(1), THREE, 120);
  const { compiled, target } = regressionTargets(data, 3, baseline);
  return { compiled, target, ...shuffledDraws(target, THREE, SIZE) };
}

describe.each(Object.keys(relabellers))("relabelling by %s", (method) => {
  test.each(["none", "last"] as const)("undoes shuffled labels (gate baseline: %s)", (baseline) => {
    const { compiled, target, draws, orders } = shuffledCase(baseline);
    const { features } = compiled.target;
    const { permutations, loss } = relabel(target, draws, { method, features });
    orders.forEach((order, s) => {
      const labelled = Array.from(permutations.subarray(3 * s, 3 * s + 3), (k) => order[k]!);
      expect(labelled).toEqual([0, 1, 2]);
    });
    expect(loss).toBeLessThan(0.01);
  });
});

describe("relabelling", () => {
  test("labels the draws beyond those that it learns from by the same consensus", () => {
    const data = rowsFrom(createRng(1), THREE, 30);
    const { target } = regressionTargets(data, 3);
    const many = { chains: 1, iterations: 2300, noise: 0.01, seed: 4 };
    const { draws, orders } = shuffledDraws(target, THREE, many);
    const { permutations } = relabel(target, draws, { method: "ecr" });
    const meanings = orders.map((order, s) =>
      Array.from(permutations.subarray(3 * s, 3 * s + 3), (k) => order[k]!).join(),
    );
    expect(new Set(meanings).size).toBe(1);
  });

  test("of a single component does nothing and loses nothing", () => {
    const data = rowsFrom(createRng(1), THREE, 20);
    const { target } = regressionTargets(data, 1);
    const { draws } = shuffledDraws(target, THREE.slice(0, 1), SIZE);
    const result = relabel(target, draws);
    expect(result.loss).toBe(0);
    expect(result.refused).toBeUndefined();
    expect(new Set(result.permutations)).toEqual(new Set([0]));
  });

  test("is refused where the draws are of interchangeable components", () => {
    const data = rowsFrom(createRng(1), THREE, 120);
    const { target } = regressionTargets(data, 2);
    const rng = createRng(8);
    const { draws } = shuffledDraws(target, THREE.slice(0, 2), SIZE);
    // Two lines about zero, each draw anywhere: nothing tells one from the other.
    for (const { values, iterations } of draws.chains) {
      for (let t = 0; t < iterations; t++) {
        const at = t * draws.variables.length + 1;
        for (const from of [at, at + 6]) {
          values.set([0.5, normal(rng), 2 * normal(rng), 2, 0, 0], from);
        }
      }
    }
    expect(relabel(target, draws).refused).toMatch(
      /^Component means are not reported: relabelling loss 0\.\d\d > 0\.\d\d/,
    );
  });

  test("by an unknown method names the known ones", () => {
    const { target, draws } = shuffledCase("none");
    expect(() => relabel(target, draws, { method: "kmeans" })).toThrow(/stephens, ecr, pivot/);
  });
});

describe("labelled draws", () => {
  test("hold each component's own numbers, the gate against the last label where it is the baseline", () => {
    const { compiled, target, draws } = shuffledCase("last");
    const { features } = compiled.target;
    const labelled = applyRelabelling(
      draws,
      target,
      relabel(target, draws, { features }).permutations,
    );
    const average = (name: string) => mean(pooled(variable(labelled, name)));
    THREE.forEach(([intercept, , sd, gateIntercept, gateSlope], k) => {
      // 120 draws of sd 0.05: 5 standard errors.
      expect(Math.abs(average(`coef[${k + 1},(Intercept)]`) - intercept)).toBeLessThan(0.023);
      expect(average(`sd[${k + 1}]`)).toBeCloseTo(sd, 12);
      expect(average(`gate[${k + 1},(Intercept)]`)).toBeCloseTo(gateIntercept + 0.5, 12);
      expect(average(`gate[${k + 1},x]`)).toBeCloseTo(gateSlope - 1, 12);
    });
  });

  test.each(["none", "last"] as const)(
    "have the likelihood that they had (baseline: %s)",
    (baseline) => {
      const { target, draws } = shuffledCase(baseline);
      const labelled = applyRelabelling(draws, target, relabel(target, draws).permutations);
      const picks = [0, 7, 59].flatMap((iteration) =>
        [0, 1].map((chain) => ({ chain, iteration })),
      );
      const before = pointwiseLogLikelihood(target, draws, picks).data;
      const after = pointwiseLogLikelihood(target, labelled, picks).data;
      // The same sums in another order.
      after.forEach((value, i) => {
        expect(Math.abs(value - before[i]!)).toBeLessThan(1e-11 * Math.abs(before[i]!) + 1e-12);
      });
      expect(labelled.chains[0]!.values).not.toEqual(draws.chains[0]!.values);
    },
  );

  test("need a permutation for every draw", () => {
    const { target, draws } = shuffledCase("none");
    expect(() => applyRelabelling(draws, target, new Int32Array(3))).toThrow(UsageError);
  });
});

describe("the relabelling loss", () => {
  const classification = {
    draws: 2,
    rows: 1,
    components: 2,
    responsibilities: Float32Array.from([1, 0, 0.5, 0.5]),
    best: 0,
  };

  test("is the mean total-variation distance from the consensus", () => {
    // Consensus (0.75, 0.25): both draws are 0.25 away; random labels: (0.5 + 0) / 2.
    const found = disagreement(
      classification,
      Int32Array.of(0, 1, 0, 1),
      matrix(2, 1, Float64Array.of(0.75, 0.25)),
    );
    expect(found).toEqual({ loss: 0.25, chance: 0.25, lossOfLabel: [0.25, 0.25] });
  });

  test("is refused by the worst label, in proportion to what random labels lose", () => {
    expect(refusal({ loss: 0.1, chance: 0.5, lossOfLabel: [0.1, 0.1] })).toBeUndefined();
    expect(refusal({ loss: 0.1, chance: 0.2, lossOfLabel: [0.1, 0.1] })).toContain("0.1 > 0.08");
    expect(refusal({ loss: 0.15, chance: 0.45, lossOfLabel: [0.05, 0.2, 0.05] })).toContain(
      "for component 2",
    );
  });
});

describe("agreement of two methods", () => {
  test("does not depend on how either names its labels", () => {
    const a = Int32Array.of(0, 1, 2, 2, 0, 1, 1, 2, 0);
    const renamed = Int32Array.of(1, 2, 0, 0, 1, 2, 2, 0, 1);
    expect(agreement(a, renamed, 3)).toBe(1);
  });

  test("is the share of draws under the most common renaming", () => {
    expect(agreement(Int32Array.of(0, 1, 0, 1, 0, 1), Int32Array.of(0, 1, 1, 0, 0, 1), 2)).toBe(
      2 / 3,
    );
  });
});

describe("the order of labels", () => {
  const consensus = matrix(2, 4, Float64Array.of(0, 0, 1, 1, 1, 1, 0, 0));

  test("is by the feature that tells components best apart", () => {
    const features = matrix(4, 2, Float64Array.of(0.1, 2, 0.2, 2, 0, -2, 0.1, -2));
    expect(canonicalOrder(consensus, features)).toEqual([0, 1]);
    expect(canonicalOrder(consensus, matrix(4, 1, Float64Array.of(-1, -1, 1, 1)))).toEqual([1, 0]);
  });

  test("is by size, largest first, where there are no features", () => {
    expect(canonicalOrder(matrix(2, 2, Float64Array.of(0.3, 0.1, 0.7, 0.9)))).toEqual([1, 0]);
  });
});

describe("rows that are looked at", () => {
  test("are all, or spread evenly", () => {
    expect(Array.from(evenRows(3))).toEqual([0, 1, 2]);
    expect(Array.from(evenRows(10, 5))).toEqual([1, 3, 5, 7, 9]);
  });

  test("are all rows for the best draw, each with responsibilities that sum to one", () => {
    const { target, draws } = shuffledCase("none");
    const { rows, columns, data } = bestResponsibilities(target, draws);
    expect([rows, columns]).toEqual([3, 120]);
    for (let i = 0; i < columns; i++) {
      expect(data[i]! + data[columns + i]! + data[2 * columns + i]!).toBeCloseTo(1, 6);
    }
  });
});
