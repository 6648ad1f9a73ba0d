import type { State } from "../../src/core/target.ts";
import { ascendByRows } from "./ascend-by-rows.ts";
import type { EmProblem } from "./problem.ts";
import type { RowPass } from "./row-pass.ts";

/** From so many rows on, a part of them leads nearly to the maximum of all. */
const MANY = 2 ** 16;
/** The part: one block of rows in so many. */
const EVERY = 8;
/** Rows a parameter that each component must have in the part. */
const ENOUGH = 50;
/**
 * Relative gain at which the part has led far enough. Its maximum is about EVERY / 2 a parameter below that of all rows,
 * in log-likelihood, so that more of its own steps would be lost.
 */
const LOOSE = 1e-4;

/** What a head start has taken, and the log-likelihood that it leads to, which `pass` has looked at last. */
export interface HeadStart {
  readonly iterations: number;
  readonly height: number;
}

/**
 * Where there are very many rows: a climb over a part of them, in place, kept only where the likelihood of all rows is
 * higher at its end.
 */
export function headStart(
  problem: EmProblem,
  pass: RowPass,
  state: State,
  maxIterations: number,
): HeadStart {
  const height = pass.look(state);
  const part = problem.target.n < MANY ? undefined : problem.passOver(EVERY);
  if (part === undefined || !Number.isFinite(height)) return { iterations: 0, height };
  const { theta, gamma } = state;
  const before = { theta: theta.data.slice(), gamma: gamma.data.slice() };
  const known = part.look(state);
  if (part.leastWeight() < ENOUGH * (theta.columns + gamma.columns)) {
    return { iterations: 0, height };
  }
  const { iterations } = ascendByRows(problem, part, state, maxIterations, LOOSE, known);
  const reached = pass.look(state);
  if (reached >= height) return { iterations, height: reached };
  theta.data.set(before.theta);
  gamma.data.set(before.gamma);
  return { iterations, height: pass.look(state) };
}
