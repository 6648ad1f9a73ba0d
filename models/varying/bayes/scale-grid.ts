import { solveLower } from "../../../src/math/cholesky.ts";
import { fastExp, fastLog } from "../../../src/math/exp.ts";
import { logSumExp } from "../../../src/math/log-sum-exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { type Rng, uniform } from "../../../src/math/rng.ts";
import type { Functions } from "./functions.ts";
import { freePosterior, type LevelPriors } from "./normal-functions.ts";
import type { RowTerms } from "./row-terms.ts";

/** Cells of |s| / ψ end at 0.02 · 1.5^c; the first begins at 0. */
const FIRST = 0.02;
const FACTOR = 1.5;
const CELLS = 13;
/** How often a scale is drawn from its prior instead. */
const FROM_PRIOR = 0.05;
const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
const ENDS = Float64Array.from({ length: CELLS }, (_, c) => FIRST * FACTOR ** c);

/** Draws of all scales, one after another, from a density close to that given a likelihood, levels and shapes summed out. */
export interface ScaleGrid {
  /** Takes the likelihood for quadratic around the point. */
  load(point: Vector, terms: RowTerms): void;
  draw(rng: Rng, out: Vector): void;
  /** Log prior density of the scales of a point less their log density under `draw`. */
  logWeight(point: Vector): number;
}

/**
 * Each scale has a density that is constant on cells of |s|, proportional to prior times evidence in their middle, given
 * the scales before it as drawn and those after it as they are at the point that was loaded.
 */
export function scaleGrid(functions: Functions, levels: LevelPriors): ScaleGrid {
  const { varying, psi, scaleAt, size } = functions;
  const near = new Float64Array(size);
  const at = new Float64Array(size);
  const { expand, logEvidence } = quadratic(functions, levels);
  const logMass = new Float64Array(CELLS);

  /** Log probabilities of the cells of scale f, the other scales as in `at`. */
  function weigh(f: number): void {
    for (let c = 0; c < CELLS; c++) {
      const middle = 0.5 * (beginOf(c) + ENDS[c]!);
      at[scaleAt(f)] = psi * middle;
      logMass[c] = fastLog(ENDS[c]! - beginOf(c)) - 0.5 * middle * middle + logEvidence(at);
    }
    const total = logSumExp(logMass);
    for (let c = 0; c < CELLS; c++) logMass[c] = logMass[c]! - total;
  }

  /** Of one scale, in units of psi: the density of the draw over that of the prior is a share of the prior and a cell's. */
  function logWeightOf(s: number): number {
    const distance = Math.abs(s);
    const c = ENDS.findIndex((end) => distance < end);
    if (c < 0) return -fastLog(FROM_PRIOR);
    // A cell is one for each sign.
    const logCell = logMass[c]! + fastLog((0.5 * (1 - FROM_PRIOR)) / (ENDS[c]! - beginOf(c)));
    const overPrior = logCell + 0.5 * distance * distance + HALF_LOG_2PI;
    const most = Math.max(overPrior, 0);
    return -most - fastLog(FROM_PRIOR * fastExp(-most) + fastExp(overPrior - most));
  }

  return {
    load(point, terms) {
      near.set(point.subarray(0, size));
      expand(near, terms);
    },

    draw(rng, out) {
      at.set(near);
      for (let f = 0; f < varying.length; f++) {
        weigh(f);
        const s = uniform(rng) < FROM_PRIOR ? normal(rng) : drawFromCells(rng, logMass);
        out[scaleAt(f)] = psi * s;
        at[scaleAt(f)] = out[scaleAt(f)]!;
      }
    },

    logWeight(point) {
      at.set(near);
      let total = 0;
      for (let f = 0; f < varying.length; f++) {
        weigh(f);
        total += logWeightOf(point[scaleAt(f)]! / psi);
        at[scaleAt(f)] = point[scaleAt(f)]!;
      }
      return total;
    },
  };
}

const beginOf = (c: number): number => (c === 0 ? 0 : ENDS[c - 1]!);

/** A place in a cell drawn by these log probabilities, with a random sign. */
function drawFromCells(rng: Rng, logMass: Vector): number {
  let threshold = uniform(rng);
  let c = 0;
  for (; c < CELLS - 1; c++) {
    threshold -= fastExp(logMass[c]!);
    if (threshold < 0) break;
  }
  const size = beginOf(c) + uniform(rng) * (ENDS[c]! - beginOf(c));
  return uniform(rng) < 0.5 ? -size : size;
}

/** A likelihood of the linear predictor's entries, quadratic around a point, levels and shapes integrated out. */
function quadratic(functions: Functions, prior: LevelPriors) {
  const { rows } = functions;
  const { n, length } = rows;
  const assemble = freePosterior(functions, prior);
  const eta = new Float64Array(n);
  const slope = new Float64Array(n);
  const bend = new Float64Array(n);
  const linear = new Float64Array(length);
  const gram = new Float64Array(length * length);
  const cross = new Float64Array(length);
  const factor = new Float64Array(length * length);
  const right = new Float64Array(length);
  return {
    expand(point: Vector, terms: RowTerms): void {
      functions.toLinear(point, linear);
      rows.predict(linear, terms.rows, eta);
      terms.derivatives(eta, slope, bend);
      rows.gram(terms.rows, bend, gram);
      rows.cross(terms.rows, slope, cross);
      for (let a = 0; a < length; a++) {
        for (let b = 0; b < length; b++) {
          cross[a] = cross[a]! + gram[a * length + b]! * linear[b]!;
        }
      }
    },

    /** Up to a constant; −Infinity where it cannot be worked out. */
    logEvidence(point: Vector): number {
      if (!assemble(point, gram, cross, factor, right)) return Number.NEGATIVE_INFINITY;
      solveLower(factor, length, right);
      let total = 0;
      for (let a = 0; a < length; a++) {
        total += 0.5 * right[a]! ** 2 - fastLog(factor[a * (length + 1)]!);
      }
      return total;
    },
  };
}
