/** Half the width of the range of the transformed variable: beyond it the weights are below every double. */
const REACH = 6.5;
const MOST_LEVELS = 12;

/** A substitution t → (x, dx/dt). */
type Substitution = (t: number) => readonly [number, number];

function substitution(lower: number, upper: number): Substitution {
  const half = (upper - lower) / 2;
  if (upper === Number.POSITIVE_INFINITY) {
    return (t) => {
      const distance = Math.exp((Math.PI / 2) * Math.sinh(t));
      return [lower + distance, distance * (Math.PI / 2) * Math.cosh(t)];
    };
  }
  if (lower === Number.NEGATIVE_INFINITY) {
    const mirrored = substitution(-upper, Number.POSITIVE_INFINITY);
    return (t) => {
      const [x, weight] = mirrored(t);
      return [-x, weight];
    };
  }
  return (t) => {
    const u = (Math.PI / 2) * Math.sinh(t);
    // The distance to the nearer end, without cancellation.
    const gap = (2 * half) / (1 + Math.exp(2 * Math.abs(u)));
    const weight = (half * (Math.PI / 2) * Math.cosh(t)) / Math.cosh(u) ** 2;
    return [u < 0 ? lower + gap : upper - gap, weight];
  };
}

/**
 * ∫ f over (lower, upper), at most one end infinite, by the double-exponential rule, halving its step until
 * two values in a row agree to `tolerance`; integrable singularities at the ends are welcome.
 * Throws where the values do not settle. Source: [takahasi1974].
 */
export function integrate(
  f: (x: number) => number,
  lower: number,
  upper: number,
  tolerance = 1e-10,
): number {
  const at = substitution(lower, upper);
  const term = (t: number): number => {
    const [x, weight] = at(t);
    const inside = x > lower && x < upper && weight > 0 && Number.isFinite(weight);
    const value = inside ? weight * f(x) : 0;
    return Number.isFinite(value) ? value : 0;
  };
  let step = 0.5;
  let sum = term(0);
  for (let t = step; t <= REACH; t += step) sum += term(t) + term(-t);
  let last = step * sum;
  for (let level = 0; level < MOST_LEVELS; level++) {
    for (let t = step / 2; t <= REACH; t += step) sum += term(t) + term(-t);
    step /= 2;
    const value = step * sum;
    if (level > 0 && Math.abs(value - last) <= tolerance * Math.max(1, Math.abs(value))) {
      return value;
    }
    last = value;
  }
  throw new Error(`the integral over (${lower}, ${upper}) does not settle; last value ${last}`);
}

/** ∫ f from `lower` to each of the `points`, which ascend. */
export function cumulative(
  f: (x: number) => number,
  lower: number,
  points: Float64Array,
  tolerance = 1e-10,
): Float64Array {
  const out = new Float64Array(points.length);
  let total = 0;
  let from = lower;
  for (let i = 0; i < points.length; i++) {
    if (points[i]! > from) total += integrate(f, from, points[i]!, tolerance);
    out[i] = total;
    from = points[i]!;
  }
  return out;
}
