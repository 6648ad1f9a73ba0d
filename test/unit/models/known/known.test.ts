import { describe, expect, it } from "vitest";
import { knownFamilies } from "../../../../models/known/location-scale.ts";
import { compileText as compileKnown } from "../../../../models/known/text.ts";
import { tableFrom } from "../../../../src/data/table.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { normalCdf, studentCdf } from "../../../../src/math/stdlib.ts";

const x = [-1, 0.5, 2];
const table = tableFrom({ x });

/** The density at y in the row where x = 0.5. */
function at(text: string, y: number) {
  const response = Float64Array.of(y, y, y);
  const known = compileKnown(text, table, response);
  const out = new Float64Array(3);
  const read = (write: (out: Float64Array) => void): number => {
    write(out);
    return out[1]!;
  };
  return {
    density: Math.exp(read((into) => known.logDensity(into))),
    cdf: read((into) => known.cumulative(into)),
    mean: read((into) => known.mean(into)),
    variance: read((into) => known.variance(into)),
  };
}

const TEXTS = [
  "normal(1 + 2*x, 0.5)",
  "laplace(0.3*x, exp(x))",
  "student(5, -x, 1.2)",
  "mixture(0.25*normal(x, 0.3), 1/2*laplace(0, 1), 0.25*student(6, 2, 0.5))",
];

describe("a known density", () => {
  it("is what it says", () => {
    expect(at("normal(1 + 2*x, 0.5)", 1).density).toBeCloseTo(
      Math.exp(-2) / (0.5 * Math.sqrt(2 * Math.PI)),
      12,
    );
    expect(at("normal(1 + 2*x, 0.5)", 1).cdf).toBeCloseTo(normalCdf(-2), 12);
    expect(at("laplace(x, 2)", 1.5).density).toBeCloseTo(Math.exp(-0.5) / 4, 12);
    expect(at("laplace(x, 2)", 1.5).variance).toBeCloseTo(8, 12);
    expect(at("student(5, x, 2)", 1.5).cdf).toBeCloseTo(studentCdf(0.5, 5), 12);
    expect(at("student(5, x, 2)", 1.5).variance).toBeCloseTo((4 * 5) / 3, 12);
    expect(at("student(1, x, 2)", 1.5).mean).toBeNaN();
    expect(at("mixture(0.3*normal(0, 1), 0.7*normal(2, 1))", 0).mean).toBeCloseTo(1.4, 12);
    expect(at("mixture(0.3*normal(0, 1), 0.7*normal(2, 1))", 0).variance).toBeCloseTo(
      1 + 0.3 * 0.7 * 4,
      12,
    );
  });

  it.each(TEXTS)("%s has its density as the derivative of its cdf, and total mass 1", (text) => {
    const h = 1e-5;
    for (const y of [-1.3, 0.2, 0.9, 3]) {
      const slope = (at(text, y + h).cdf - at(text, y - h).cdf) / (2 * h);
      expect(at(text, y).density / slope).toBeCloseTo(1, 6);
    }
    expect(at(text, -1e6).cdf).toBeLessThan(1e-9);
    expect(at(text, 1e6).cdf).toBeGreaterThan(1 - 1e-9);
  });

  it.each(TEXTS)("%s simulates itself: mean, and share below a value", (text) => {
    const draws = 20_000;
    const rows = new Int32Array(draws).fill(1);
    const y = new Float64Array(3);
    const known = compileKnown(text, table, y);
    const { mean, variance, cdf } = at(text, 0.4);
    const rng = createRng(3);
    let total = 0;
    let below = 0;
    for (const row of rows) {
      known.simulate(rng, Int32Array.of(row), y);
      total += y[1]!;
      below += y[1]! < 0.4 ? 1 : 0;
    }
    expect(Math.abs(total / draws - mean)).toBeLessThan(4.5 * Math.sqrt(variance / draws));
    const spread = Math.sqrt((cdf * (1 - cdf)) / draws);
    expect(Math.abs(below / draws - cdf)).toBeLessThan(4.5 * spread);
  });

  it("names the row where a scale is not positive", () => {
    expect(() => compileKnown("normal(0, x)", table, new Float64Array(3))).toThrow(
      "sd of normal must be > 0 in every row; x is -1 in row 1",
    );
  });

  it("shows for every kind how it is written, as it can be read", () => {
    for (const { example } of knownFamilies) expect(at(example, 0).density).toBeGreaterThan(0);
  });
});
