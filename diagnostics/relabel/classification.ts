import type { Draws } from "../../src/core/draws.ts";
import { logJoint, mixtureScratch, toResponsibilities } from "../../src/core/mixture.ts";
import { type DrawIndex, forEachState } from "../../src/core/posterior.ts";
import type { Target } from "../../src/core/target.ts";
import { type Matrix, matrix } from "../../src/math/matrix.ts";

/** What relabelling looks at: how each draw allocates the rows to its components. */
export interface Classification {
  /** S. */
  readonly draws: number;
  /** n. */
  readonly rows: number;
  /** K. */
  readonly components: number;
  /** S × K × n: the probability of component k for row i in draw s. */
  readonly responsibilities: Float32Array;
  /** The draw with the highest log posterior (the first, where that is not recorded). */
  readonly best: number;
}

/** More rows say nothing new about labels. */
const MOST_ROWS = 500;

/** At most `most` of n rows, evenly spread, 0-based. */
export function evenRows(n: number, most = MOST_ROWS): Int32Array {
  const count = Math.min(n, most);
  return Int32Array.from({ length: count }, (_, j) => Math.floor(((j + 0.5) * n) / count));
}

/**
 * Responsibilities of the given draws at some rows of the target (on the scale of the data).
 * Every row of the target is computed: for large n give a target over `evenRows` alone.
 */
export function classify(
  target: Target,
  draws: Draws,
  picks: readonly DrawIndex[],
  rows: Int32Array = evenRows(target.n),
): Classification {
  const scratch = mixtureScratch(target);
  const components = target.capacity;
  const responsibilities = new Float32Array(picks.length * components * rows.length);
  forEachState(target, draws, picks, (state, s) => {
    const { data } = toResponsibilities(logJoint(target, state, scratch), scratch);
    for (let k = 0, at = s * components * rows.length; k < components; k++) {
      for (let j = 0; j < rows.length; j++, at++) {
        responsibilities[at] = data[k * target.n + rows[j]!]!;
      }
    }
  });
  return {
    draws: picks.length,
    rows: rows.length,
    components,
    responsibilities,
    best: highest(draws, picks, "log_posterior"),
  };
}

/** Every draw, chain after chain. */
export function everyDraw({ chains }: Draws): DrawIndex[] {
  return chains.flatMap(({ iterations }, chain) =>
    Array.from({ length: iterations }, (_, iteration) => ({ chain, iteration })),
  );
}

/** Responsibilities (K × n, all rows) of the draw with the highest log-likelihood. */
export function bestResponsibilities(target: Target, draws: Draws): Matrix {
  const picks = everyDraw(draws);
  const best = picks[highest(draws, picks, "log_likelihood")]!;
  return templateOfDraw(classify(target, draws, [best], evenRows(target.n, target.n)), 0);
}

/** Position among the picks of the draw with the highest value of a variable. */
function highest(
  { variables, chains }: Draws,
  picks: readonly DrawIndex[],
  name: "log_posterior" | "log_likelihood",
): number {
  const column = variables.indexOf(name);
  if (column < 0) return 0;
  const height = ({ chain, iteration }: DrawIndex): number =>
    chains[chain]!.values[iteration * variables.length + column]!;
  return picks.reduce((best, pick, s) => (height(pick) > height(picks[best]!) ? s : best), 0);
}

/** View of draw s: K × n. */
export function ofDraw(
  { components, rows, responsibilities }: Classification,
  s: number,
): Float32Array {
  const size = components * rows;
  return responsibilities.subarray(s * size, (s + 1) * size);
}

/** The same with each row wholly given to its most probable component (the first of equals). */
export function hardened(classification: Classification): Classification {
  const { draws, components, rows } = classification;
  const hard = new Float32Array(draws * components * rows);
  for (let s = 0; s < draws; s++) {
    const soft = ofDraw(classification, s);
    for (let i = 0; i < rows; i++) {
      let top = 0;
      for (let k = 1; k < components; k++) {
        if (soft[k * rows + i]! > soft[top * rows + i]!) top = k;
      }
      hard[(s * components + top) * rows + i] = 1;
    }
  }
  return { ...classification, responsibilities: hard };
}

/** The responsibilities of one draw as they are, K × n. */
export function templateOfDraw(classification: Classification, s: number): Matrix {
  const { components, rows } = classification;
  return matrix(components, rows, Float64Array.from(ofDraw(classification, s)));
}
