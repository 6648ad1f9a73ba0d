/** An exact fraction in lowest terms; the denominator is positive. */
export interface Rational {
  readonly top: bigint;
  readonly bottom: bigint;
}

/** A polynomial with rational coefficients, that of x^k at k; no leading zeros, so that 0 is empty. */
export type Polynomial = readonly Rational[];

function divisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}

/** top / bottom in lowest terms; bottom is not 0. */
export function rational(top: bigint, bottom = 1n): Rational {
  const common = divisor(top, bottom) * (bottom < 0n ? -1n : 1n);
  return { top: top / common, bottom: bottom / common };
}

export const ZERO = rational(0n);
export const plus = (a: Rational, b: Rational): Rational =>
  rational(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
export const times = (a: Rational, b: Rational): Rational =>
  rational(a.top * b.top, a.bottom * b.bottom);
export const over = (a: Rational, b: Rational): Rational =>
  rational(a.top * b.bottom, a.bottom * b.top);
export const negative = (a: Rational): Rational => ({ top: -a.top, bottom: a.bottom });
export const isZero = (a: Rational): boolean => a.top === 0n;
export const asText = ({ top, bottom }: Rational): string =>
  bottom === 1n ? `${top}` : `${top}/${bottom}`;

/** A polynomial from whole coefficients, lowest degree first. */
export const polynomial = (...coefficients: readonly bigint[]): Polynomial =>
  trimmed(coefficients.map((value) => rational(value)));

function trimmed(p: Polynomial): Polynomial {
  let length = p.length;
  while (length > 0 && isZero(p[length - 1]!)) length--;
  return p.slice(0, length);
}

export const add = (p: Polynomial, q: Polynomial): Polynomial =>
  trimmed(
    Array.from({ length: Math.max(p.length, q.length) }, (_, k) =>
      plus(p[k] ?? ZERO, q[k] ?? ZERO),
    ),
  );

export const scale = (p: Polynomial, by: Rational): Polynomial =>
  trimmed(p.map((value) => times(value, by)));

export function multiply(p: Polynomial, q: Polynomial): Polynomial {
  const out: Rational[] = new Array<Rational>(Math.max(0, p.length + q.length - 1)).fill(ZERO);
  p.forEach((a, i) => {
    q.forEach((b, j) => {
      out[i + j] = plus(out[i + j]!, times(a, b));
    });
  });
  return trimmed(out);
}

/** The rest of p divided by q, which is not 0. */
export function remainder(p: Polynomial, q: Polynomial): Polynomial {
  let rest = p;
  while (rest.length >= q.length) {
    const factor = negative(over(rest[rest.length - 1]!, q[q.length - 1]!));
    const shift = new Array<Rational>(rest.length - q.length).fill(ZERO);
    const next = add(rest, [...shift, ...scale(q, factor)]);
    rest = next;
  }
  return rest;
}

export const derivative = (p: Polynomial): Polynomial =>
  trimmed(p.slice(1).map((value, k) => times(value, rational(BigInt(k + 1)))));

/**
 * How many distinct real zeros a polynomial has, by Sturm's theorem: exact. Source: [sturm1835].
 */
export function realZeros(p: Polynomial): number {
  const chain = [p, derivative(p)];
  while (chain[chain.length - 1]!.length > 1) {
    const rest = remainder(chain[chain.length - 2]!, chain[chain.length - 1]!);
    if (rest.length === 0) break;
    chain.push(scale(rest, rational(-1n)));
  }
  const changes = (sign: (q: Polynomial) => boolean): number => {
    const signs = chain.filter((q) => q.length > 0).map(sign);
    return signs.filter((value, k) => k > 0 && value !== signs[k - 1]).length;
  };
  const leads = (q: Polynomial) => q[q.length - 1]!.top > 0n;
  const leadsAtMinus = (q: Polynomial) => leads(q) === (q.length % 2 === 1);
  return changes(leadsAtMinus) - changes(leads);
}
