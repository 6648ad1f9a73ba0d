import { expect, test } from "vitest";
import { jacobiDensity } from "../../../../src/math/random/jacobi-density.ts";
import { polyaGamma1, polyaGammas, stripSampler } from "../../../../src/math/random/polya-gamma.ts";
import {
  polyaGammaDensity,
  polyaGammaMean,
  polyaGammaVariance,
} from "../../../../src/math/random/polya-gamma-moments.ts";
import {
  polyaGammaPlain,
  rightProbability,
} from "../../../../src/math/random/polya-gamma-plain.ts";
import { CELLS, FIELDS, writeStrips } from "../../../../src/math/random/polya-gamma-strips.ts";
import { createRng } from "../../../../src/math/rng.ts";
import {
  IN_BINS,
  laplaceTransform,
  plainPolyaGamma,
  polyaGammaFit,
  polyaGammaTails,
  SAMPLERS,
  TILTS,
  worstMomentScore,
} from "../../../helpers/polya-gamma-tests.ts";
import { binomialTest } from "../../../helpers/statistics.ts";

/** 42 scores: P(one beyond 4.5) < 3e-4. */
const LIMIT = 4.5;
const N = 200_000;
const FIT_TILTS = [0, 1, 3, 5, 12, 40];

test("mean and variance agree with their formulas at every tilt", () => {
  expect(worstMomentScore(polyaGamma1, N)).toBeLessThan(LIMIT);
});

test.each(FIT_TILTS)("draws follow the integrated density at z = %d", (z) => {
  expect(polyaGammaFit(polyaGamma1, z, 100_000).p).toBeGreaterThan(1e-3);
});

test.each(SAMPLERS)("mean and variance of draws %s are right in every bin", (_, sampler) => {
  // 280 scores: P(one beyond 5) < 2e-4.
  expect(worstMomentScore(sampler, 20_000, IN_BINS)).toBeLessThan(5);
});

test.each(SAMPLERS)("draws %s follow the integrated density in every bin", (_, sampler) => {
  const p = IN_BINS.map((z, bin) => polyaGammaTails(sampler, z, 10_000, 500 + bin));
  expect(Math.min(...p)).toBeGreaterThan(1e-6);
  const small = p.filter((value) => value < 0.1).length;
  expect(binomialTest(small, p.length, 0.1)).toBeGreaterThan(1e-4);
});

test("draws do not depend on which bins were cut before", () => {
  const z = Float64Array.from({ length: 500 }, (_, i) => 20 * Math.sin(i));
  const fresh = stripSampler(writeStrips);
  const used = stripSampler(writeStrips);
  for (const value of z) used.draw(createRng(1), value);
  const drawn = [fresh, used].map(({ draw, fill }) => {
    const rng = createRng(7);
    const out = new Float64Array(z.length);
    fill(rng, z, out);
    return [...out, ...z.map((value) => draw(rng, value)), ...rng];
  });
  expect(drawn[0]).toEqual(drawn[1]);
});

test("a filled array has NaN where its tilt has, and positive draws elsewhere", () => {
  const z = Float64Array.of(Number.NaN, 31.9, 32, -1e5, 0);
  const out = new Float64Array(5);
  polyaGammas(createRng(3), z, out);
  expect(out[0]).toBeNaN();
  expect(out.slice(1).every((x) => x > 0)).toBe(true);
});

test("the tables and the plain series give one law", () => {
  expect(worstMomentScore(polyaGammaPlain, 50_000, [0, 1, 3, 5, 12, 31, 40])).toBeLessThan(LIMIT);
  for (const z of [0.3, 4, 15]) {
    expect(polyaGammaTails(polyaGammaPlain, z, 50_000)).toBeGreaterThan(1e-4);
  }
});

const HALVES = [0, 0.125, 1, 3.5, 8, 15.875];

test.each(HALVES)("strips for |z| / 2 = %d cover the density, and squeezes stay below it", (h) => {
  const strips = new Float64Array(CELLS * FIELDS);
  writeStrips(h, strips, 0);
  const all = Array.from({ length: CELLS }, (_, cell) =>
    strips.subarray(cell * FIELDS, (cell + 1) * FIELDS),
  );
  const [tailStart, , , mass] = all[CELLS - 1]!;
  const cut = all.slice(0, -1).filter(([, , , height]) => height! < Infinity);
  expect(cut.length).toBeGreaterThan(CELLS - 4);
  for (const [left, width, share, height] of cut) {
    expect(width! * height!).toBeCloseTo(mass!, 12);
    for (let step = 1; step < 40; step++) {
      const density = jacobiDensity(h, left! + (step / 40) * width!);
      expect(density).toBeLessThanOrEqual(height!);
      expect(density).toBeGreaterThanOrEqual(share! * height!);
    }
  }
  const ordered = cut.sort(([a], [b]) => a! - b!);
  expect(ordered[0]![0]).toBe(0);
  ordered.forEach(([left, width], k) => {
    const next = ordered[k + 1]?.[0] ?? tailStart!;
    expect(left! + width!).toBeCloseTo(next, 12);
  });
  // The tail's exponential.
  const rate = Math.PI ** 2 / 8 + 0.5 * h * h;
  const massAbove = (Math.PI / (2 * rate)) * Math.exp(-rate * tailStart!);
  expect(massAbove).toBeLessThanOrEqual(mass! * (1 + 1e-12));
});

test("the density of strips is that of PG(1, z)", () => {
  for (const h of HALVES) {
    for (const x of [0.02, 0.1, 0.63, 0.65, 1.5, 4]) {
      const exact = polyaGammaDensity(x / 4, 2 * h) / (4 * Math.cosh(h));
      expect(jacobiDensity(h, x) / exact).toBeCloseTo(1, 10);
    }
  }
});

type Cell = readonly [left: number, width: number, share: number, height: number];

/** Strips with each cell rewritten. */
function spoilt(change: (cell: Cell, isTail: boolean) => Cell): typeof writeStrips {
  return (h, strips, start) => {
    writeStrips(h, strips, start);
    for (let cell = 0; cell < CELLS; cell++) {
      const at = start + cell * FIELDS;
      const old = [...strips.subarray(at, at + FIELDS)] as unknown as Cell;
      strips.set(change(old, cell === CELLS - 1), at);
    }
  };
}

const BROKEN_TABLES: readonly [string, typeof writeStrips][] = [
  [
    "a tail kept half as often",
    spoilt(([left, width, share, height], isTail) => [
      left,
      width,
      share,
      isTail ? 2 * height : height,
    ]),
  ],
  [
    "a tail that begins too early",
    spoilt(([left, width, share, height], isTail) => [
      isTail ? 0.85 * left : left,
      width,
      share,
      height,
    ]),
  ],
  [
    "no tail",
    spoilt(([left, width, share, height], isTail) => [
      left,
      width,
      share,
      isTail ? Infinity : height,
    ]),
  ],
  [
    "squeezes above the density",
    spoilt(([left, width, share, height]) => [left, width, share === 0 ? 0 : 1, height]),
  ],
  ["strips of a bin further on", (h, strips, start) => writeStrips(h + 1, strips, start)],
  [
    "strips that overlap",
    spoilt(([left, width, share, height]) => [left, 1.5 * width, share, height]),
  ],
];

test.each(BROKEN_TABLES)("the test of fit rejects tables with %s", (_, write) => {
  for (const z of [0.6, 5.1, 12.1]) {
    expect(polyaGammaTails(stripSampler(write).draw, z, 200_000)).toBeLessThan(1e-6);
  }
});

test("the plain sampler of the same law passes the same tests", () => {
  expect(worstMomentScore(plainPolyaGamma(), 50_000, [0, 1, 3, 5, 12])).toBeLessThan(LIMIT);
  expect(polyaGammaFit(plainPolyaGamma(), 1, 100_000).p).toBeGreaterThan(1e-3);
});

const BROKEN = [
  ["a wrong tilt of the left proposal", { tilt: 0.9 }, [2, 5]],
  ["no right branch", { leftOnly: true }, [0, 1]],
  ["a left proposal cut beyond the border", { cut: 0.7 }, [0, 1]],
  ["a left proposal cut before the border", { cut: 0.6 }, [0, 1]],
] as const;

test.each(BROKEN)("the test of fit rejects a sampler with %s", (_, mistakes, [, z]) => {
  expect(polyaGammaFit(plainPolyaGamma(mistakes), z, 100_000).p).toBeLessThan(1e-6);
});

test.each(BROKEN.slice(0, 3))("the test of moments rejects one with %s", (_, mistakes, tilts) => {
  expect(worstMomentScore(plainPolyaGamma(mistakes), N, tilts)).toBeGreaterThan(LIMIT);
});

test("the sign of z does not matter and extreme z neither hang nor give NaN", () => {
  for (const z of [0, 1e-300, 1e-8, 50, 700, 1e5, 1e150]) {
    const draws = [z, -z].map((signed) => polyaGamma1(createRng(5), signed));
    expect(draws[0]).toBe(draws[1]);
    expect(draws[0]).toBeGreaterThan(0);
  }
  expect(polyaGamma1(createRng(5), Number.NaN)).toBeNaN();
});

test("at z = 1e5 the mean is 1 / (2 z) and the relative spread 1 / √z", () => {
  expect(worstMomentScore(polyaGamma1, N, [700, 1e5])).toBeLessThan(LIMIT);
});

test("the density has the Laplace transform cosh(z/2) / cosh √(z²/4 + t/2)", () => {
  for (const z of [0, 1, 5, 12]) {
    for (const t of [0, 0.5, 4]) {
      const exact = Math.cosh(z / 2) / Math.cosh(Math.sqrt(z ** 2 / 4 + t / 2));
      expect(laplaceTransform(t, z) / exact).toBeCloseTo(1, 9);
    }
  }
  expect(polyaGammaDensity(0, 1)).toBe(0);
  expect(polyaGammaDensity(-1, 1)).toBe(0);
});

test("both series of the density agree where they meet", () => {
  const meet = 0.16;
  const below = polyaGammaDensity(meet * (1 - 1e-13), 1);
  expect(polyaGammaDensity(meet, 1) / below).toBeCloseTo(1, 11);
});

test("mean and variance are stable at 0 and at the borders of their series", () => {
  expect(polyaGammaMean(0)).toBe(0.25);
  expect(polyaGammaVariance(0)).toBeCloseTo(1 / 24, 15);
  for (const border of [2e-4, 0.2]) {
    const [below, above] = [border * (1 - 1e-9), border * (1 + 1e-9)];
    expect(polyaGammaMean(below) / polyaGammaMean(above)).toBeCloseTo(1, 9);
    expect(polyaGammaVariance(below) / polyaGammaVariance(above)).toBeCloseTo(1, 9);
  }
  // The definition, where it is stable.
  const z = 3;
  expect(polyaGammaVariance(z)).toBeCloseTo(
    (Math.sinh(z) - z) / (4 * z ** 3 * Math.cosh(z / 2) ** 2),
    15,
  );
  expect(polyaGammaVariance(1e5) / (1 / (2 * 1e15))).toBeCloseTo(1, 4);
});

test("the right branch can be left out where no uniform is below its probability", () => {
  expect(rightProbability(16)).toBeLessThan(2 ** -53);
});

test("all tilts are on the list in both regimes of the left proposal", () => {
  expect(TILTS.filter((z) => z * 0.32 < 1).length).toBeGreaterThan(5);
  expect(TILTS.filter((z) => z * 0.32 > 1).length).toBeGreaterThan(5);
});
