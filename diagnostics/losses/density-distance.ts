import { fastExp } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { applyRule, type Estimate, gaussLegendre } from "../../src/math/quadrature.ts";
import { at, type ConditionalDensity, expm1 } from "./conditional-density.ts";
import { type Covariates, type MeanOptions, meanOverCovariates } from "./covariates.ts";
import { panels } from "./panels.ts";

/** log p and log q at a point. */
interface Logs {
  p(y: number): number;
  q(y: number): number;
}

const RULE = gaussLegendre(12);
const BISECTIONS = 40;
/** Differences of log densities below this are rounding, whose sign means nothing. */
const ROUNDING = 1e-13;
/** Rounding of a log density, at least. */
const EPSILON = 1e-16;
/** What that is in the square of a distance. */
const roundingOfSquare = (square: number): number => EPSILON * Math.sqrt(square) + 1e-29;
const LAST_MASS = 1e-20;
const MOST_COUNTS = 1e7;

/**
 * Hellinger distance of two conditional densities: √ E ½ ∫ (√p − √q)² dy over the covariates, from 0
 * to 1. From log p − log q by expm1, so that nothing cancels: to six digits at 1e-8, and to an
 * absolute 1e-14 or so. The error is that of the mean over covariates.
 */
export function hellinger(
  p: ConditionalDensity,
  q: ConditionalDensity,
  covariates: Covariates,
  options: MeanOptions = {},
): Estimate {
  const here = (x: Vector) => squaredHellingerAt(p, q, x);
  const squared = meanOverCovariates(covariates, here, options, roundingOfSquare);
  const value = Math.sqrt(squared.value);
  return { value, error: value > 0 ? squared.error / (2 * value) : 0 };
}

/**
 * Total variation distance of two conditional densities: E ½ ∫ |p − q| dy over the covariates, from
 * 0 to 1. The integral over y is cut where the densities cross. Not smooth in the covariates, so
 * with two of them or more it takes long or is rougher than the Hellinger distance: see the error.
 */
export function totalVariation(
  p: ConditionalDensity,
  q: ConditionalDensity,
  covariates: Covariates,
  options: MeanOptions = {},
): Estimate {
  return meanOverCovariates(
    covariates,
    (x) => totalVariationAt(p, q, x),
    options,
    () => EPSILON,
  );
}

/** ½ ∫ (√p − √q)² dy at one x. */
export function squaredHellingerAt(
  p: ConditionalDensity,
  q: ConditionalDensity,
  x: Vector,
): number {
  const logs: Logs = { p: at(p, x), q: at(q, x) };
  const term = (y: number) => 0.5 * larger(logs, y, (l) => expm1(l / 2) ** 2);
  if (p.response === "counts") return sumOverCounts(p, q, x, logs, term);
  const ends = panels([p, q], x);
  let total = 0;
  for (let i = 1; i < ends.length; i++) total += applyRule(RULE, term, ends[i - 1]!, ends[i]!);
  return total;
}

/** ½ ∫ |p − q| dy at one x. */
export function totalVariationAt(p: ConditionalDensity, q: ConditionalDensity, x: Vector): number {
  const logs: Logs = { p: at(p, x), q: at(q, x) };
  const term = (y: number) => 0.5 * larger(logs, y, (l) => -expm1(l));
  if (p.response === "counts") return sumOverCounts(p, q, x, logs, term);
  const ends = panels([p, q], x);
  const difference = (y: number) => logs.p(y) - logs.q(y);
  let total = 0;
  for (let i = 1; i < ends.length; i++) {
    const cuts = [ends[i - 1]!, ...crossings(difference, ends[i - 1]!, ends[i]!), ends[i]!];
    for (let c = 1; c < cuts.length; c++) total += applyRule(RULE, term, cuts[c - 1]!, cuts[c]!);
  }
  return total;
}

/** max(p, q) · f(−|log p − log q|): no subtraction of densities. */
function larger({ p, q }: Logs, y: number, f: (l: number) => number): number {
  const [logP, logQ] = [p(y), q(y)];
  const most = Math.max(logP, logQ);
  if (most === Number.NEGATIVE_INFINITY) return 0;
  return fastExp(most) * f(-Math.abs(logP - logQ));
}

function sumOverCounts(
  p: ConditionalDensity,
  q: ConditionalDensity,
  x: Vector,
  logs: Logs,
  term: (y: number) => number,
): number {
  const beyond = [...p.experts, ...q.experts].reduce((most, e) => Math.max(most, e.centre(x)), 0);
  let total = 0;
  for (let y = 0; y < MOST_COUNTS; y++) {
    total += term(y);
    if (y > beyond && fastExp(Math.max(logs.p(y), logs.q(y))) < LAST_MASS) break;
  }
  return total;
}

/** Where f changes sign between two points, ascending: between nodes of the rule, or twice between three of them. */
function crossings(f: (y: number) => number, from: number, to: number): number[] {
  const half = (to - from) / 2;
  const points = [from, ...Array.from(RULE.nodes, (node) => from + half * (1 + node)), to];
  const values = points.map(f);
  if (!values.some((value) => Math.abs(value) > ROUNDING)) return [];
  const found: number[] = [];
  for (let i = 1; i < points.length; i++) {
    if (values[i - 1]! * values[i]! < 0) found.push(root(f, points[i - 1]!, points[i]!));
    else if (i > 1) found.push(...dip(f, points, values, i - 1));
  }
  return found.sort((a, b) => a - b);
}

/** Both sign changes of f beside a node where |f| is least of three and f does not change sign, if its parabola does. */
function dip(
  f: (y: number) => number,
  points: readonly number[],
  values: readonly number[],
  i: number,
): number[] {
  const [a, b, c] = [points[i - 1]!, points[i]!, points[i + 1]!];
  const sign = Math.sign(values[i]!);
  const [fa, fb, fc] = [sign * values[i - 1]!, sign * values[i]!, sign * values[i + 1]!];
  if (!(fb < fa && fb < fc && fb > ROUNDING)) return [];
  const [left, right] = [(fb - fa) / (b - a), (fc - fb) / (c - b)];
  const bend = (right - left) / (c - a);
  const lowest = (a + b) / 2 - left / (2 * bend);
  return lowest > a && lowest < c && sign * f(lowest) < 0
    ? [root(f, a, lowest), root(f, lowest, c)]
    : [];
}

function root(f: (y: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const rises = f(low) < 0;
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0 === rises) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
