import { describe, expect, test } from "vitest";
import type { ExponentMode } from "../../../../diagnostics/losses/exponents.ts";
import type { GatedMeasure } from "../../../../diagnostics/losses/measures.ts";
import { voronoiLoss } from "../../../../diagnostics/losses/voronoi-loss.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng, integerBelow, type Rng } from "../../../../src/math/rng.ts";
import {
  coshPair,
  plainVoronoi,
  randomMeasure,
  reordered,
  type Split,
  split,
  TRUTH,
  translated,
} from "./plain-voronoi.ts";

const MODES: readonly ExponentMode[] = ["exact", "strong", "published", "refined"];
const value: Loss = (fit, truth, mode) => voronoiLoss(fit, truth, mode).value;

type Loss = (fit: GatedMeasure, truth: GatedMeasure, mode: ExponentMode) => number;

/** A fit near the truth: its first atom in two halves, all with errors. */
function disturbed(rng: Rng, truth: GatedMeasure): GatedMeasure {
  const { gate, experts } = split(truth, 0, { gate: 0.1, slope: 0.1 });
  const near = (x: number) => x + 0.1 * normal(rng);
  return {
    gate: gate.map(({ intercept, slopes }) => ({
      intercept: near(intercept),
      slopes: slopes.map(near),
    })),
    experts: experts.map(({ coefficients, sd }) => ({
      coefficients: coefficients.map(near),
      sd: sd!,
    })),
  };
}

const totalLog = ({ gate }: GatedMeasure): number =>
  Math.log(gate.reduce((sum, { intercept }) => sum + Math.exp(intercept), 0));

/** The translation of a loss at its infimum, as logs and slopes of the fit scaled to the truth's total. */
function atInfimum(fit: GatedMeasure, truth: GatedMeasure, mode: ExponentMode): number {
  const { translation } = voronoiLoss(fit, truth, mode);
  const t0 = translation.intercept - (totalLog(fit) - totalLog(truth));
  // The infimum may be a limit from one side, where cells change.
  const beside = [0, 1e-10, -1e-10].map((h) => translation.slopes.map((t) => t + h));
  return Math.min(...beside.map((t1) => plainVoronoi(fit, truth, mode, t0, t1)));
}

describe.each(MODES)("the infimum over translations, powers %s", (mode) => {
  test.each([0, 1, 2, 3])(
    "with %d gate slopes is the loss at the translation it names, and no random one is lower",
    (q) => {
      const rng = createRng(3, q);
      for (let trial = 0; trial < 25; trial++) {
        const truth = randomMeasure(rng, 1 + integerBelow(rng, 3), q, 1);
        const other = randomMeasure(rng, 1 + integerBelow(rng, 4), q, 1);
        // With more slopes than one, only a fit near the truth has a loss that is sure to be found.
        const fit = q <= 1 ? other : translated(disturbed(rng, truth), 2, other.gate[0]!.slopes);
        const found = voronoiLoss(fit, truth, mode);
        expect(found.mass + found.gate + found.experts).toBeCloseTo(found.value, 10);
        if (found.translation.intercept > -700)
          expect(atInfimum(fit, truth, mode) / found.value).toBeCloseTo(1, 8);
        for (let probe = 0; probe < 100; probe++) {
          const t1 = found.translation.slopes.map((t) => t + 10 ** -(probe % 4) * normal(rng));
          const t0 = 10 ** -(probe % 3) * normal(rng);
          const other = plainVoronoi(fit, truth, mode, t0, t1);
          expect(other).toBeGreaterThanOrEqual(found.value * (1 - 1e-9));
        }
      }
    },
  );

  test("with one gate slope the infimum is proved, and a fine grid comes close to it", () => {
    const rng = createRng(4);
    for (let trial = 0; trial < 6; trial++) {
      const truth = randomMeasure(rng, 3, 1, 1);
      const fit = disturbed(rng, truth);
      const found = voronoiLoss(fit, truth, mode);
      expect(found.global).toBe(true);
      const { intercept } = found.translation;
      const t0 = intercept - (totalLog(fit) - totalLog(truth));
      let least = Number.POSITIVE_INFINITY;
      for (let t1 = -1; t1 <= 1; t1 += 1e-3) {
        least = Math.min(least, plainVoronoi(fit, truth, mode, t0, [t1]));
      }
      expect(least).toBeGreaterThanOrEqual(found.value * (1 - 1e-12));
      expect(least).toBeLessThan(found.value * 1.02);
    }
  });
});

test("the intercept of the translation is exact: no point of a fine grid is lower", () => {
  const rng = createRng(5);
  for (let trial = 0; trial < 20; trial++) {
    const truth = randomMeasure(rng, 3, 0, 1);
    const fit = randomMeasure(rng, 4, 0, 1);
    const { value: least } = voronoiLoss(fit, truth, "strong");
    for (let t0 = -6; t0 <= 6; t0 += 0.01) {
      expect(plainVoronoi(fit, truth, "strong", t0, [])).toBeGreaterThanOrEqual(
        least * (1 - 1e-12),
      );
    }
  }
});

const RATES: readonly (readonly [ExponentMode, Split, number])[] = [
  ["strong", { gate: 1 }, 2],
  ["strong", { intercept: 1 }, 2],
  ["strong", { slope: 1 }, 2],
  ["strong", { variance: 1 }, 2],
  ["published", { gate: 1 }, 4],
  ["published", { intercept: 1 }, 4],
  ["published", { slope: 1 }, 2],
  ["published", { variance: 1 }, 2],
  ["refined", { gate: 1 }, 2],
  ["refined", { intercept: 1 }, 4],
  ["refined", { slope: 1 }, 2],
  ["refined", { variance: 1 }, 2],
  ["exact", { slope: 1 }, 1],
];

const scaledSplit = (by: Split, size: number): Split =>
  Object.fromEntries(Object.entries(by).map(([name, amount]) => [name, amount * size]));

/** Slope of log loss on log size of a split of one atom in two halves. */
function rateOf(loss: Loss, mode: ExponentMode, by: Split): number {
  const at = (size: number) => loss(split(TRUTH, 0, scaledSplit(by, size)), TRUTH, mode);
  return Math.log2(at(0.1) / at(0.05));
}

const OTHER = randomMeasure(createRng(8), 3, 1, 1);

/** Names of the properties that a loss must have and this one has not. */
function violated(loss: Loss): string[] {
  const close = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
  const properties: Record<string, () => boolean> = {
    "translation of the fit": () =>
      MODES.every((mode) =>
        close(loss(OTHER, TRUTH, mode), loss(translated(OTHER, 1.7, [-2.3]), TRUTH, mode)),
      ),
    "slopes of the truth": () =>
      MODES.every((mode) =>
        close(loss(OTHER, TRUTH, mode), loss(OTHER, translated(TRUTH, 0, [4]), mode)),
      ),
    "order of atoms": () =>
      MODES.every((mode) =>
        close(
          loss(OTHER, TRUTH, mode),
          loss(reordered(OTHER, [2, 0, 1]), reordered(TRUTH, [1, 0]), mode),
        ),
      ),
    "zero at the truth and at its copies": () =>
      MODES.every(
        (mode) =>
          loss(TRUTH, TRUTH, mode) < 1e-15 && loss(split(TRUTH, 1, {}), TRUTH, mode) < 1e-15,
      ),
    "more than zero elsewhere": () =>
      MODES.every(
        (mode) =>
          loss(OTHER, TRUTH, mode) > 1e-3 &&
          loss(split(TRUTH, 0, { gate: 0.1 }), TRUTH, mode) > 1e-6,
      ),
    // The variance of an atom of variance 1/4 and another of the same: powers of 2 are exact in what they scale.
    "powers of errors": () =>
      RATES.every(([mode, by, rate]) => Math.abs(rateOf(loss, mode, by) - rate) < 0.01),
    "no atom without mass counts": () => {
      const light = {
        gate: [...TRUTH.gate, { intercept: -80, slopes: [3] }],
        experts: [...TRUTH.experts, OTHER.experts[0]!],
      };
      return MODES.every((mode) => loss(light, TRUTH, mode) < 1e-12);
    },
  };
  return Object.keys(properties).filter((name) => !properties[name]!());
}

test("the loss has every property, and variants that are wrong lack one", () => {
  expect(violated(value)).toEqual([]);
  const fixed =
    (faults = {}): Loss =>
    (fit, truth, mode) =>
      plainVoronoi(fit, truth, mode, 0, new Array<number>(1).fill(0), faults);
  expect(violated(fixed())).toEqual(["translation of the fit", "slopes of the truth"]);
  const faulty =
    (faults: Parameters<typeof plainVoronoi>[5]): Loss =>
    (fit, truth, mode) => {
      const { slopes } = voronoiLoss(fit, truth, mode).translation;
      return plainVoronoi(fit, truth, mode, 0, slopes, faults);
    };
  expect(violated(faulty({ power: () => 2 }))).toEqual(["powers of errors"]);
  expect(violated(faulty({ power: (m) => m + 1 }))).toEqual(["powers of errors"]);
  expect(violated(faulty({ meanOfMasses: true }))).toEqual(["no atom without mass counts"]);
});

test("errors are those of variances, not of sds", () => {
  const fit = {
    ...TRUTH,
    experts: TRUTH.experts.map(({ coefficients, sd }) => ({ coefficients, sd: sd! + 0.1 })),
  };
  const masses = TRUTH.gate.map(({ intercept }) => Math.exp(intercept));
  const expected = TRUTH.experts.reduce(
    (sum, { sd }, k) => sum + masses[k]! * ((sd! + 0.1) ** 2 - sd! ** 2),
    0,
  );
  expect(value(fit, TRUTH, "exact")).toBeCloseTo(expected, 12);
  const ofSds = plainVoronoi(fit, TRUTH, "exact", 0, [0], { sdForVariance: true });
  expect(Math.abs(ofSds - expected)).toBeGreaterThan(0.01);
});

test("by hand: one expert twice, its copies with gate slopes ± 0.1", () => {
  const found = voronoiLoss(split(TRUTH, 0, { gate: 0.1 }), TRUTH, "published");
  expect(found.value).toBeCloseTo(Math.exp(0.3) * 0.1 ** 4, 12);
  expect(found.cells).toEqual([[1, 2], [0]]);
});

test("an expert covered twice at the pinned row costs nothing, where a loss without infimum calls it 1", () => {
  const pinnedTwice: GatedMeasure = {
    gate: [
      { intercept: 0.3 + Math.LN2, slopes: [1.2] },
      { intercept: 0, slopes: [0] },
      { intercept: 0, slopes: [0] },
    ],
    experts: [TRUTH.experts[0]!, TRUTH.experts[1]!, TRUTH.experts[1]!],
  };
  expect(value(pinnedTwice, TRUTH, "published")).toBeLessThan(1e-15);
});

test("a twofold cover of every expert can hide: large in slopes, the same density", () => {
  const total = 1 + Math.exp(0.3);
  const found = voronoiLoss(coshPair(TRUTH, 1.3), TRUTH, "published");
  expect(found.value).toBeCloseTo(total * 1.3 ** 4, 10);
  expect(found.value).toBeCloseTo(6.711, 3);
  expect(found.experts).toBe(0);
});

test("a cell may be empty: the loss is finite and counts its mass", () => {
  const fit = reordered(TRUTH, [1]);
  const found = voronoiLoss(fit, TRUTH, "exact");
  expect(found.cells).toEqual([[], [0]]);
  expect(Number.isFinite(found.value)).toBe(true);
  expect(found.value).toBeGreaterThanOrEqual(1);
});

test("measures that cannot be compared are refused", () => {
  const wide = randomMeasure(createRng(1), 2, 2, 1);
  expect(() => voronoiLoss(wide, TRUTH)).toThrow(/as many slopes a row; got 2 and 1/);
  expect(() => voronoiLoss(randomMeasure(createRng(1), 2, 1, 3), TRUTH)).toThrow(
    /as many coefficients.*4 and 2/,
  );
  expect(() => voronoiLoss({ ...TRUTH, gate: TRUTH.gate.slice(1) }, TRUTH)).toThrow(
    /1 rows for 2 experts/,
  );
  const noSd = { ...TRUTH, experts: TRUTH.experts.map(({ coefficients }) => ({ coefficients })) };
  expect(() => voronoiLoss(noSd, TRUTH)).toThrow(/an sd, or neither/);
  expect(voronoiLoss(noSd, noSd, "strong").value).toBeLessThan(1e-15);
  const infinite = { ...TRUTH, gate: [{ intercept: Number.NaN, slopes: [0] }, TRUTH.gate[1]!] };
  expect(() => voronoiLoss(infinite, TRUTH)).toThrow(
    /gate intercepts must be finite; atom 1 has NaN/,
  );
});
