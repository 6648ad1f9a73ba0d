import { describe, expect, it } from "vitest";
import { basisOf } from "../../../../models/varying/bayes/basis.ts";

const M = 7;
const basis = basisOf(M);

/** By the midpoint rule, exact here to 1e-7. */
function integral(of: (numbers: Float64Array) => number): number {
  const points = 4000;
  const at = new Float64Array(basis.width);
  let sum = 0;
  for (let g = 0; g < points; g++) {
    basis.write((g + 0.5) / points, at, 0);
    sum += of(at) / points;
  }
  return sum;
}

describe("the basis of sampled functions", () => {
  it("has functions that integrate to 0, the first of sd 1 at a scale of 1", () => {
    for (let m = 1; m <= M; m++) expect(integral((b) => b[m]!)).toBeCloseTo(0, 7);
    expect(integral((b) => (basis.weights[0]! * b[1]!) ** 2)).toBeCloseTo(1, 6);
  });

  it("weighs parabola and cosines by their roughness, the integral of the second derivative squared", () => {
    const h = 1e-3;
    const [a, b, c] = [0, 0, 0].map(() => new Float64Array(basis.width));
    const roughness = Array.from({ length: M }, (_, m) => {
      const points = 1000;
      let sum = 0;
      for (let g = 0; g < points; g++) {
        const u = (g + 0.5) / points;
        basis.write(u - h, a!, 0);
        basis.write(u, b!, 0);
        basis.write(u + h, c!, 0);
        sum += ((a![m + 1]! - 2 * b![m + 1]! + c![m + 1]!) / (h * h)) ** 2 / points;
      }
      return basis.weights[m]! ** 2 * sum;
    });
    expect(roughness[0]).toBeCloseTo(0, 6);
    // π⁴ each; differences of a cosine mπu are off by a share of (mπh)² / 6.
    for (const one of roughness.slice(1)) expect(one / Math.PI ** 4).toBeCloseTo(1, 4);
  });

  it.each([2, 3, M])("says where the product of any two of %s stands", (size) => {
    const { width, write, product } = basisOf(size);
    const at = new Float64Array(width);
    for (const u of [0, 0.13, 0.5, 0.71, 1]) {
      write(u, at, 0);
      for (let a = 0; a <= size; a++) {
        for (let b = 0; b <= size; b++) {
          const [i, times, j, more] = product(a, b);
          expect(times * at[i]! + more * at[j]!).toBeCloseTo(at[a]! * at[b]!, 14);
        }
      }
    }
  });
});
