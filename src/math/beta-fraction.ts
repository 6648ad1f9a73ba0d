const MOST_TERMS = 200_000;
const ENOUGH = 2 ** -52;
/** In place of a zero denominator. */
const TINY = 1e-300;

/**
 * The continued fraction F in I_x(a, b) = x^a (1 − x)^b / (a B(a, b)) · F, evaluated forwards by Lentz's method; it
 * converges fast where x < (a + 1) / (a + b + 2). Source: [olver2010] 8.17.22, [lentz1976].
 */
export function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const twice = a + 2 * m;
    const even = (m * (b - m) * x) / ((twice - 1) * twice);
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / (twice * (twice + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) <= ENOUGH) break;
  }
  return fraction;
}

const away = (x: number): number => (Math.abs(x) < TINY ? TINY : x);
