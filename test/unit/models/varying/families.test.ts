import { describe, expect, test } from "vitest";
import { varyingFamilies } from "../../../../models/varying/families.ts";
import { ROW } from "../../../../src/core/varying.ts";

const y = Float64Array.of(0, 1, 3, 7, 12);
const trials = Float64Array.of(1, 12, 12, 12, 12);
const STEP = 1e-5;
/** Central differences err by about step² f''' / 6 and 1e-16 f / step. */
const CLOSE = 1e-7;

describe.each(Object.entries(varyingFamilies))("rows of the %s family", (_, family) => {
  const rows = family.rows({ y, trials, variance: 4 });
  const at = (i: number, eta: number, s: number) => {
    const out = new Float64Array(8);
    rows.differentiate(i, eta, s, out);
    return out;
  };
  const points = [-3, -0.4, 0.7, 2.5].flatMap((eta) => [-1, 0.3, 2].map((s) => [eta, s] as const));
  const cells = Array.from(y, (_value, i) => i).flatMap((i) =>
    points.map(([eta, s]) => ({ i, eta, s })),
  );

  test("first and second derivatives are those of the log density", () => {
    for (const { i, eta, s } of cells) {
      const here = at(i, eta, s);
      const [up, down] = [at(i, eta + STEP, s), at(i, eta - STEP, s)];
      const [more, less] = [at(i, eta, s + STEP), at(i, eta, s - STEP)];
      const pairs: [number, number][] = [
        [here[ROW.value]!, rows.logDensity(i, eta, s)],
        [here[ROW.eta]!, (up[ROW.value]! - down[ROW.value]!) / (2 * STEP)],
        [here[ROW.s]!, (more[ROW.value]! - less[ROW.value]!) / (2 * STEP)],
        [here[ROW.etaEta]!, (up[ROW.eta]! - down[ROW.eta]!) / (2 * STEP)],
        [here[ROW.etaS]!, (more[ROW.eta]! - less[ROW.eta]!) / (2 * STEP)],
        [here[ROW.ss]!, (more[ROW.s]! - less[ROW.s]!) / (2 * STEP)],
      ];
      for (const [ours, theirs] of pairs) {
        expect(Math.abs(ours - theirs)).toBeLessThan(CLOSE * (1 + Math.abs(theirs)));
      }
    }
  });

  test("informations are never negative, and starts are finite", () => {
    for (const { i, eta, s } of cells) {
      const here = at(i, eta, s);
      expect(here[ROW.etaInfo]).toBeGreaterThan(0);
      if (rows.dispersion !== "none") expect(here[ROW.sInfo]).toBeGreaterThan(0);
      expect(Number.isFinite(rows.working(i))).toBe(true);
    }
    expect(Number.isFinite(rows.startDispersion(0))).toBe(true);
  });

  test("the penalty falls without bound where a density would collapse, and its derivatives are its own", () => {
    const of = (s: number) => {
      const out = new Float64Array(3);
      rows.penalty(s, out);
      return out;
    };
    for (const s of [-2, 0.5, 3]) {
      const [value, slope, curvature] = of(s);
      expect(value).toBeLessThanOrEqual(0 + 2 * Math.abs(s));
      expect(slope).toBeCloseTo((of(s + STEP)[0]! - of(s - STEP)[0]!) / (2 * STEP), 4);
      expect(curvature).toBeCloseTo((of(s + STEP)[1]! - of(s - STEP)[1]!) / (2 * STEP), 4);
    }
    if (rows.name === "gaussian") expect(of(-50)[0]).toBeLessThan(-1e30);
  });
});
