import { expect, test } from "vitest";
import { transformInPlace } from "../../../src/math/fft.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

test.each([1, 2, 4, 8, 64])("the transform of %d numbers is their Fourier sum", (size) => {
  const rng = createRng(3, size);
  const re = Float64Array.from({ length: size }, () => uniform(rng) - 0.5);
  const im = Float64Array.from({ length: size }, () => uniform(rng) - 0.5);
  const [x, y] = [re.slice(), im.slice()];
  transformInPlace(re, im);
  for (let j = 0; j < size; j++) {
    let expectedRe = 0;
    let expectedIm = 0;
    for (let t = 0; t < size; t++) {
      const angle = (-2 * Math.PI * ((j * t) % size)) / size;
      expectedRe += x[t]! * Math.cos(angle) - y[t]! * Math.sin(angle);
      expectedIm += x[t]! * Math.sin(angle) + y[t]! * Math.cos(angle);
    }
    expect(re[j]).toBeCloseTo(expectedRe, 12);
    expect(im[j]).toBeCloseTo(expectedIm, 12);
  }
});

test("swapping the parts gives the inverse times the size", () => {
  const re = Float64Array.of(1, 2, 3, 4, -5, 6, 0, 8);
  const im = Float64Array.of(0, 1, 0, -1, 2, 0, 3, 0);
  const [x, y] = [re.slice(), im.slice()];
  transformInPlace(re, im);
  transformInPlace(im, re);
  re.forEach((value, t) => {
    expect(value / 8).toBeCloseTo(x[t]!, 13);
    expect(im[t]! / 8).toBeCloseTo(y[t]!, 13);
  });
});
