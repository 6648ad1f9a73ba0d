import { describe, expect, it } from "vitest";
import { credibleBand } from "../../../diagnostics/varying/credible-band.ts";
import { savageDickey } from "../../../diagnostics/varying/savage-dickey.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";

describe("a credible band", () => {
  const draws = 4000;
  const rng = createRng(2);
  const common = Float64Array.from({ length: draws }, () => normal(rng));
  const own = Float64Array.from({ length: draws }, () => normal(rng));

  it("is as wide as an interval where all points move together", () => {
    const values = matrix(
      2,
      draws,
      Float64Array.from([...common, ...common.map((x) => 3 + 2 * x)]),
    );
    const { critical, mean, sd, simultaneousUpper } = credibleBand(values, 0.95);
    // sd of the quantile of |x|: √(0.95 · 0.05 / draws) / density there.
    expect(Math.abs(critical - 1.96)).toBeLessThan(4 * 0.031);
    expect(simultaneousUpper[1]).toBeCloseTo(mean[1]! + critical * sd[1]!, 12);
    expect(sd[1]! / sd[0]!).toBeCloseTo(2, 10);
  });

  it("is that of two independent points where there are two", () => {
    const values = matrix(2, draws, Float64Array.from([...common, ...own]));
    const { critical, simultaneousLower, simultaneousUpper } = credibleBand(values, 0.95);
    // (2 Φ(c) − 1)² = 0.95.
    expect(Math.abs(critical - 2.236)).toBeLessThan(4 * 0.033);
    let inside = 0;
    for (let s = 0; s < draws; s++) {
      const holds = [common[s]!, own[s]!].every(
        (x, g) => x >= simultaneousLower[g]! && x <= simultaneousUpper[g]!,
      );
      if (holds) inside++;
    }
    expect(Math.abs(inside / draws - 0.95)).toBeLessThan(2 / draws);
  });

  it("has no width where nothing varies", () => {
    const { simultaneousLower, simultaneousUpper, critical } = credibleBand(
      matrix(1, 5, new Float64Array(5).fill(2)),
      0.95,
    );
    expect([simultaneousLower[0], simultaneousUpper[0]]).toEqual([2, 2]);
    expect(critical).toBeNaN();
  });
});

describe("Savage and Dickey's ratio", () => {
  const psi = 1.5;
  // y | s ~ N(s, 1), s ~ N(0, psi²), y seen: s | y is normal, and evidences are normal densities.
  const y = 0.8;
  const evidence = (scale: number): number =>
    -0.5 * Math.log(2 * Math.PI * (1 + scale * scale)) - (0.5 * y * y) / (1 + scale * scale);
  const precision = 1 + 1 / psi ** 2;
  const centre = y / precision;
  const rng = createRng(9);
  const chains = [0, 1, 2, 3].map(() =>
    Float64Array.from({ length: 5000 }, () => centre + normal(rng) / Math.sqrt(precision)),
  );
  const atZero = 0.5 * Math.log(precision / (2 * Math.PI)) - 0.5 * precision * centre * centre;
  const found = savageDickey(
    {
      logDensityAtZero: chains.map((chain) => chain.map(() => atZero)),
      squares: chains.map((chain) => chain.map((s) => s * s)),
      count: 1,
      psi,
    },
    [0.5, psi, 2.5],
  );

  it("is the ratio of evidences", () => {
    const exact = -0.5 * Math.log(2 * Math.PI) - 0.5 * y * y - evidence(psi);
    expect(found.logBayesFactor).toBeCloseTo(exact, 12);
    expect(found.mcse).toBe(0);
  });

  it("is so under other scales, within its Monte Carlo error", () => {
    for (const { scale, logBayesFactor, mcse } of found.sensitivity) {
      const exact = -0.5 * Math.log(2 * Math.PI) - 0.5 * y * y - evidence(scale);
      expect(Math.abs(logBayesFactor - exact), `scale ${scale}`).toBeLessThan(4 * mcse + 1e-12);
      expect(mcse).toBeLessThan(0.05);
    }
  });
});
