import { type Matrix, matrix, row, type Vector } from "./matrix.ts";
import { createRng, uniform } from "./rng.ts";

/** Weights of the coordinates fall off as 1 / j², as the later ones of most integrands matter less. */
const decay = (j: number): number => 1 / (j * j);

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return n > 1;
};

/** Bernoulli's polynomial B₂ times 2π²: the sum of cos(2πhx) / h² over whole h other than 0. */
const kernel = (x: number): number => 2 * Math.PI * Math.PI * (x * x - x + 1 / 6);

/**
 * The generating vector of a lattice rule of n points in [0, 1]^d, built one coordinate after
 * another to make the worst-case error in the Korobov space of smoothness 2 least. n: a prime.
 * O(d n²). Source: [sloan2002].
 */
export function latticeVector(n: number, d: number): Int32Array {
  const z = new Int32Array(d);
  const values = Float64Array.from({ length: n }, (_, i) => kernel(i / n));
  const product = new Float64Array(n).fill(1);
  for (let j = 0; j < d; j++) {
    z[j] = j === 0 ? 1 : bestFactor(n, values, product);
    for (let i = 0; i < n; i++) product[i]! *= 1 + decay(j + 1) * values[(i * z[j]!) % n]!;
  }
  return z;
}

function bestFactor(n: number, values: Vector, product: Vector): number {
  let best = 1;
  let least = Number.POSITIVE_INFINITY;
  // Factors z and n − z are mirror images.
  for (let z = 1; 2 * z < n + 1; z++) {
    let total = 0;
    for (let i = 0, at = 0; i < n; i++) {
      total += product[i]! * values[at]!;
      at += z;
      if (at >= n) at -= n;
    }
    if (total < least) {
      least = total;
      best = z;
    }
  }
  return best;
}

/** The largest prime up to n, n ≥ 2. */
export function primeUpTo(n: number): number {
  let prime = n;
  while (!isPrime(prime)) prime--;
  return prime;
}

/**
 * Randomly shifted copies of a lattice in (0, 1)^d, folded by the tent map, by which means of smooth
 * functions that are not periodic converge as n^−2. Each copy is n × d; the mean over a copy is
 * unbiased, and the spread over copies tells the error. Source: [hickernell2002].
 */
export function shiftedLattices(n: number, d: number, copies: number, seed: number): Matrix[] {
  const z = latticeVector(n, d);
  return Array.from({ length: copies }, (_, copy) => {
    const rng = createRng(seed, copy);
    const shift = Float64Array.from({ length: d }, () => uniform(rng));
    const out = matrix(n, d);
    for (let i = 0; i < n; i++) {
      const point = row(out, i);
      for (let j = 0; j < d; j++) {
        const x = ((i * z[j]!) % n) / n + shift[j]!;
        point[j] = 1 - Math.abs(2 * (x - Math.floor(x)) - 1);
      }
    }
    return out;
  });
}
