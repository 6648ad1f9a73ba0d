import type { Finding } from "../../src/core/diagnostic.ts";
import { type Draws, pooled, variable } from "../../src/core/draws.ts";
import type { Target } from "../../src/core/target.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { standardDeviation } from "../../src/math/moments.ts";
import { median } from "../../src/math/order.ts";
import { createRng, integerBelow } from "../../src/math/rng.ts";
import { comparison, count } from "./wording.ts";

/** What is known of how closely the experts fit. */
export interface Closeness {
  readonly responseSd: number;
  /** Names of the experts' scales; "sd" if absent. */
  readonly scales?: readonly string[];
  /** One a component; see `exactFits`. */
  readonly exact?: readonly ExactFit[];
}

/** How many rows of a component lie on one line (plane) to rounding error. */
export interface ExactFit {
  readonly exact: number;
  readonly rows: number;
  /** Coefficients of an expert: so many rows are always fitted exactly. */
  readonly free: number;
}

/** An sd below this share of the response's is a collapse. */
const SMALLEST_SD = 1e-3;

/** Experts whose likelihood grows without bound: an sd near zero, or most rows on an exact line. */
export function degenerateExpert(draws: Draws, closeness: Closeness): Finding[] {
  const { responseSd, scales = ["sd"], exact = [] } = closeness;
  const limit = SMALLEST_SD * responseSd;
  const medians = scales
    .map((name) => `${name}_sorted[1]`)
    .filter((name) => draws.variables.includes(name))
    .map((name) => median(pooled(variable(draws, name))));
  const sd = Math.min(...medians);
  const lines = exact.filter(isDegenerate);
  if (!(sd < limit) && lines.length === 0) return [];
  const points = lines
    .map((fit) => `${fit.exact} of an expert's ${count(fit.rows, "row")}`)
    .join(", ");
  const found = [
    ...(sd < limit
      ? [`the smallest sd is ${comparison(sd, limit)}, a thousandth of the response's`]
      : []),
    ...(lines.length > 0 ? [`${points} lie exactly on a line`] : []),
  ].join(", and ");
  const message =
    `an expert is degenerate: ${found}; its likelihood grows without bound as the sd shrinks, so the prior decides; ` +
    "look for copied or rounded values, or give the sd a prior that keeps it from zero";
  return [{ code: "degenerate-expert", severity: "problem", message }];
}

/** At least half of the rows, and two more than any fit goes through. */
function isDegenerate({ exact, rows, free }: ExactFit): boolean {
  return exact >= free + 2 && exact >= rows / 2;
}

const TRIALS = 200;
/** Residuals below this share of the response's sd are rounding errors. */
const ROUNDING = 1e-8;

/**
 * For each component the largest number of its rows (those it is the most probable for) that one
 * fit goes through, over fits to few random rows of it. y: length n; responsibility: K × n, of the
 * best draw. Source: [rousseeuw1984] for the search by subsets.
 */
export function exactFits(target: Target, y: Vector, responsibility: Matrix): ExactFit[] {
  const rng = createRng(1);
  const { layout, dimension } = target.expert;
  const free = layout.reduce((sum, { size, terms }) => sum + (terms ? size : 0), 0);
  const near = ROUNDING * standardDeviation(y);
  const theta = new Float64Array(dimension);
  const fitted = new Float64Array(target.n);
  const weight = new Float64Array(free).fill(1);
  const chosen = new Int32Array(free);
  return Array.from({ length: responsibility.rows }, (_, k) => {
    const rows = mostProbable(responsibility, k);
    let exact = 0;
    for (let trial = 0; trial < TRIALS && rows.length > free; trial++) {
      for (let j = 0; j < free; j++) chosen[j] = rows[integerBelow(rng, rows.length)]!;
      theta.fill(1);
      target.expert.maximize(theta, { rows: chosen, weight }, 0);
      target.expert.mean(theta, fitted);
      exact = Math.max(exact, rows.filter((i) => Math.abs(y[i]! - fitted[i]!) <= near).length);
    }
    return { exact, rows: rows.length, free };
  });
}

function mostProbable(responsibility: Matrix, k: number): Int32Array {
  const { rows: K, columns: n, data } = responsibility;
  const own = row(responsibility, k);
  const found: number[] = [];
  for (let i = 0; i < n; i++) {
    let top = true;
    for (let l = 0; l < K; l++) if (data[l * n + i]! > own[i]!) top = false;
    if (top) found.push(i);
  }
  return Int32Array.from(found);
}
