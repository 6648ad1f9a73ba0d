/** Where the two series of the density change. */
const TRUNCATION = 0.64;
const PI_SQUARED = Math.PI * Math.PI;

/** Mean of PG(1, z): tanh(z/2) / (2z). */
export function polyaGammaMean(z: number): number {
  const h = 0.5 * Math.abs(z);
  return h < 1e-4 ? 0.25 - (h * h) / 12 : Math.tanh(h) / (4 * h);
}

/** Variance of PG(1, z): (sinh z − z) / (4 z³ cosh²(z/2)); 1/24 at 0. Relative error below 1e-13. */
export function polyaGammaVariance(z: number): number {
  const h = 0.5 * Math.abs(z);
  if (h > 0.1) {
    const tanh = Math.tanh(h);
    return (tanh / h - (1 - tanh * tanh)) / (16 * h * h);
  }
  // Taylor series of the same in h²: 1/16 (2/3 − 8/15 h² + …).
  const s = h * h;
  const tail = s * (1382 / 15592.5 + s * (-262128 / 6081075));
  return (2 / 3 + s * (-8 / 15 + s * (34 / 105 + s * (-496 / 2835 + tail)))) / 16;
}

/** Density of PG(1, z) at x; 0 for x ≤ 0. Relative error about 1e-14. Source: [polson2013] §2, §4. */
export function polyaGammaDensity(x: number, z: number): number {
  if (!(x > 0)) return 0;
  const h = 0.5 * Math.abs(z);
  const y = 4 * x;
  // cosh(h) exp(−h² y / 2), in one exponent.
  const tilt = 0.5 * (1 + Math.exp(-2 * h)) * Math.exp(h - 0.5 * h * h * y);
  const left = y < TRUNCATION;
  const scale = left ? (2 / (Math.PI * y)) ** 1.5 : 1;
  const rate = left ? 2 / y : 0.5 * PI_SQUARED * y;
  let sum = 0;
  for (let n = 0; n < 40; n++) {
    const odd = n + 0.5;
    sum += (n % 2 === 0 ? 1 : -1) * Math.PI * odd * scale * Math.exp(-odd * odd * rate);
  }
  return 4 * tilt * sum;
}
