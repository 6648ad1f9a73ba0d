import type { Vector } from "./matrix.ts";

/** Nodes and weights of a rule for ∫ f over [−1, 1]. */
export interface Rule {
  readonly nodes: Vector;
  readonly weights: Vector;
}

/** An integral and an estimate of its absolute error. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

const MOST_ROUNDS = 100;

/** Legendre's polynomial of degree n at x, and its derivative. */
function legendre(n: number, x: number): { value: number; slope: number } {
  let before = 1;
  let value = x;
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
    before = value;
    value = next;
  }
  return { value, slope: (n * (x * value - before)) / (x * x - 1) };
}

/** Gauss–Legendre: exact for polynomials of degree 2n − 1. Nodes ascend. */
export function gaussLegendre(n: number): Rule {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    for (let round = 0, step = 1; Math.abs(step) > 1e-16 && round < MOST_ROUNDS; round++) {
      const { value, slope } = legendre(n, x);
      step = value / slope;
      x -= step;
    }
    nodes[i] = n === 1 ? 0 : x;
    const { slope } = legendre(n, nodes[i]!);
    weights[i] = n === 1 ? 2 : 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** ∫ f over [from, to] by a rule. */
export function applyRule(
  { nodes, weights }: Rule,
  f: (x: number) => number,
  from: number,
  to: number,
): number {
  const half = (to - from) / 2;
  const centre = (from + to) / 2;
  let total = 0;
  for (let i = 0; i < nodes.length; i++) total += weights[i]! * f(centre + half * nodes[i]!);
  return half * total;
}

interface Piece extends Estimate {
  readonly from: number;
  readonly to: number;
  /** The value of each half. */
  readonly left: number;
  readonly right: number;
}

const RULE = gaussLegendre(12);
const NARROWEST = 2 ** -40;

/**
 * ∫ f over [from, to] by halving the piece of largest error until the sum of errors is at most what
 * is allowed for the value, or pieces are `mostPieces`; kinks of f are found and shut in. The error
 * of a piece is how much halving it changes its value, which is pessimistic.
 */
export function integrateAdaptively(
  f: (x: number) => number,
  from: number,
  to: number,
  allowed: (value: number) => number,
  mostPieces = 200,
): Estimate {
  const piece = (a: number, b: number, whole: number): Piece => {
    const middle = (a + b) / 2;
    const left = applyRule(RULE, f, a, middle);
    const right = applyRule(RULE, f, middle, b);
    const value = left + right;
    return { from: a, to: b, left, right, value, error: Math.abs(value - whole) };
  };
  const pieces = [piece(from, to, applyRule(RULE, f, from, to))];
  for (;;) {
    const value = pieces.reduce((sum, part) => sum + part.value, 0);
    const error = pieces.reduce((sum, part) => sum + part.error, 0);
    const worst = pieces.reduce((a, b) => (b.error > a.error ? b : a));
    const narrow = worst.to - worst.from < NARROWEST * (to - from);
    if (!(error > allowed(value)) || pieces.length >= mostPieces || narrow) {
      return { value, error };
    }
    const middle = (worst.from + worst.to) / 2;
    const halves = [piece(worst.from, middle, worst.left), piece(middle, worst.to, worst.right)];
    pieces.splice(pieces.indexOf(worst), 1, ...halves);
  }
}
