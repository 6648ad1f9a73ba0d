import { describe, expect, test } from "vitest";
import {
  atomCounts,
  mergeTruncateMerge,
  mtmThresholds,
} from "../../../diagnostics/merge-truncate-merge.ts";
import type { MixingMeasure } from "../../../diagnostics/mixing-measure.ts";
import { componentNames } from "../../../src/core/variables.ts";
import { matrix, row } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { APART, type Component, close, measured, targetOf } from "../../helpers/tiny-measures.ts";

const LIMITS = { order: 4, radius: 0.4, truncation: 0.05 };

/** Half of a component's weight. */
const half = ([[level, slope], expert]: Component): Component => [
  [level - Math.log(2), slope],
  expert,
];

describe("merge–truncate–merge", () => {
  test("leaves atoms that are far apart and heavy as they are", () => {
    const { space, measure } = measured(APART);
    const {
      merged,
      truncated,
      measure: left,
    } = mergeTruncateMerge(createRng(1), space, measure, LIMITS);
    expect(merged.flat().sort()).toEqual([0, 1, 2]);
    expect(truncated).toEqual([[], [], []]);
    merged.forEach(([k], at) => {
      close(row(left.expert, at), row(measure.expert, k!));
      close(row(left.gate, at), row(measure.gate, k!));
    });
  });

  test("merges exact copies into the original", () => {
    const original = measured(APART);
    const copies = measured([half(APART[0]!), APART[1]!, half(APART[0]!), APART[2]!]);
    const { measure: left } = mergeTruncateMerge(
      createRng(2),
      copies.space,
      copies.measure,
      LIMITS,
    );
    const expected = mergeTruncateMerge(
      createRng(3),
      original.space,
      original.measure,
      LIMITS,
    ).measure;
    close(left.weight, expected.weight);
    close(left.expert.data, expected.expert.data);
    close(left.gate.data, expected.gate.data);
    expect(left.scale).toBeCloseTo(expected.scale, 10);
  });

  test("gives the weight of a light atom to its nearest, and nothing else of it", () => {
    const faint: Component = [
      [-5, 0],
      [-2, 1, 0.5],
    ];
    const { space, measure } = measured([...APART, faint]);
    const {
      merged,
      truncated,
      measure: left,
    } = mergeTruncateMerge(createRng(4), space, measure, LIMITS);
    const heir = merged.findIndex(([k]) => k === 1);
    expect(truncated[heir]).toEqual([3]);
    expect(left.weight[heir]).toBeCloseTo(measure.weight[1]! + measure.weight[3]!, 12);
    expect(left.weight.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
    close(row(left.expert, heir), row(measure.expert, 1));
  });

  test("merges an atom that is close to a heavier one for its weight, though out of the radius", () => {
    const { space, measure } = measured([APART[0]!, APART[1]!]);
    const atoms: MixingMeasure = {
      weight: Float64Array.of(0.8, 0.2),
      gate: matrix(2, 2),
      expert: matrix(2, 3, Float64Array.of(0, 0, 1, 0.6, 0, 1)),
      scale: measure.scale ** 0,
    };
    // 0.2 · 0.6⁴ = 0.0259.
    const left = (truncation: number) =>
      mergeTruncateMerge(createRng(5), space, atoms, { ...LIMITS, truncation }).merged.length;
    expect(left(0.026)).toBe(1);
    expect(left(0.0258)).toBe(2);
  });

  test("keeps the heaviest atom whatever the thresholds", () => {
    const { space, measure } = measured(APART);
    const limits = { ...LIMITS, radius: 0, truncation: 2 };
    expect(mergeTruncateMerge(createRng(6), space, measure, limits).merged).toHaveLength(1);
  });

  test("does not see labels, nor translations of the gate, nor units of the response", () => {
    const many = [
      ...APART,
      half(APART[1]!),
      [
        [-3, 0.5],
        [0.5, 0, 0.3],
      ] as Component,
    ];
    const answer = (components: readonly Component[]) => {
      const { space, measure } = measured(components);
      const { measure: left } = mergeTruncateMerge(createRng(7), space, measure, LIMITS);
      return left;
    };
    const expected = answer(many);
    close(answer([4, 2, 0, 3, 1].map((k) => many[k]!)).expert.data, expected.expert.data);
    const translated = answer(many.map(([[a, b], expert]) => [[a - 2, b + 1.5], expert] as const));
    close(translated.weight, expected.weight);
    close(translated.expert.data, expected.expert.data);
    const scaled = answer(
      many.map(([gate, expert]) => [gate, expert.map((v) => 10 * v) as never] as const),
    );
    close(scaled.weight, expected.weight);
  });
});

test("thresholds fall with n at the rate asked for: by hand for n = 100, K = 6", () => {
  const { order, radius, truncation } = mtmThresholds(100, 6);
  expect(order).toBe(6);
  // √(log 100 / 100) = 0.21460, log log 100 = 1.52718.
  expect(truncation).toBeCloseTo(0.327729, 5);
  expect(radius).toBeCloseTo(0.327729 ** (1 / 6), 5);
  expect(mtmThresholds(100, 6, 0.5).radius).toBeCloseTo(radius / 2, 12);
  expect(mtmThresholds(100, 6, 0.5).truncation).toBeCloseTo(truncation / 64, 12);
  expect(mtmThresholds(1e8, 6).truncation).toBeLessThan(0.01);
  // Three atoms may have more weight than 0.3277 each, four not; and no more than there are.
  expect(mtmThresholds(100, 6).most).toBe(3);
  expect(mtmThresholds(100, 6, 0.5).most).toBe(6);
  expect(mtmThresholds(100, 6, 2).most).toBe(1);
});

test("counts atoms over draws", () => {
  const target = targetOf(3);
  const names = [1, 2, 3].flatMap((k) => componentNames(target, k));
  const drawOf = (components: readonly Component[]) =>
    components.flatMap(([gate, expert]) => [0, ...expert, ...gate]);
  const copies = [half(APART[0]!), half(APART[0]!), APART[1]!];
  const values = Float64Array.from([
    ...drawOf(APART),
    ...drawOf(copies),
    ...drawOf(copies),
    ...drawOf(copies),
  ]);
  const draws = { variables: names, chains: [{ chain: 1, iterations: 4, values }] };
  const [answer] = atomCounts(createRng(8), target, draws, [0.5]);
  expect(answer).toMatchObject({ counts: { 2: 0.75, 3: 0.25 }, mode: 2 });
  expect(answer!.thresholds).toEqual(mtmThresholds(10, 3, 0.5));
});
