import { UsageError } from "../../src/core/errors.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { powerDistance, powerMedian, weightedMedian } from "../../src/math/power-median.ts";
import { type Cells, cellsOf, membersOf } from "./cells.ts";
import { cellExponents, type ExponentMode, expertDistances, expertError } from "./exponents.ts";
import {
  checkComparable,
  type GatedArrays,
  type GatedMeasure,
  gatedArrays,
  massesOf,
} from "./measures.ts";

/** The Voronoi loss of a fitted measure, and where its infimum lies. */
export interface VoronoiLoss {
  readonly value: number;
  /** Its parts: errors of the cells' masses; of gate slopes; of experts. */
  readonly mass: number;
  readonly gate: number;
  readonly experts: number;
  /** What is subtracted from every fitted gate row to align it with the truth. */
  readonly translation: { readonly intercept: number; readonly slopes: readonly number[] };
  /** For each true atom the fitted atoms in its cell, from 0; a cell may be empty. */
  readonly cells: readonly (readonly number[])[];
  /**
   * Whether this is proved to be the infimum over all translations to within `gap`: so with at most
   * one gate slope. With more, it is the least that was found from many starts; `gap` is NaN.
   */
  readonly global: boolean;
  readonly gap: number;
}

/** Both measures, masses on the truth's scale, and what does not depend on the translation. */
interface Problem {
  readonly fit: GatedArrays;
  readonly truth: GatedArrays;
  readonly mass: Vector;
  readonly trueMass: Vector;
  readonly mode: ExponentMode;
  /** fitted × true. */
  readonly distance: Matrix;
}

/** A value of the loss and where it is attained. */
interface Solution {
  readonly value: number;
  readonly mass: number;
  readonly gate: number;
  readonly experts: number;
  readonly cells: Cells;
  /** e^t0 of masses on the truth's scale. */
  readonly level: number;
  readonly slopes: Vector;
  readonly gap: number;
}

const MOST_ROUNDS = 50;
const LONGEST_STEP = 1;
const SHORTEST_STEP = 1e-9;
const LEAST_GAIN = 1e-12;

/**
 * The Voronoi loss of a fitted mixture of experts against the true one, the least over translations
 * (t0, t1) of the gate, under which densities do not change:
 * Σ_j |Σ_{i in cell j} mass_i − e^t0 mass*_j| + Σ_j Σ_{i in cell j} mass_i (powers of the errors).
 * Fitted masses are first scaled to the truth's total, so that the value does not depend on the
 * fit's translation either. Cells are nearest true atoms in gate slopes, coefficients and variance.
 * Throws a UsageError where the measures do not fit. Source: [nguyen2023], [nguyen2025].
 */
export function voronoiLoss(
  fit: GatedMeasure,
  truth: GatedMeasure,
  mode: ExponentMode = "published",
): VoronoiLoss {
  const problem = problemOf(gatedArrays(fit), gatedArrays(truth), mode);
  const q = problem.fit.slopes.columns;
  const found = q === 1 ? onIntervals(problem) : fromStarts(problem, q);
  const { value, mass, gate, experts, cells, level, slopes, gap } = best(found);
  const scale = logSumExp(problem.fit.logMass) - logSumExp(problem.truth.logMass);
  return {
    value,
    mass,
    gate,
    experts,
    translation: { intercept: scale + fastLog(level), slopes: [...slopes] },
    cells: membersOf(cells),
    global: q <= 1,
    gap: q <= 1 ? gap : Number.NaN,
  };
}

const best = (found: readonly Solution[]): Solution =>
  found.reduce((a, b) => (b.value < a.value ? b : a));

function problemOf(fit: GatedArrays, truth: GatedArrays, mode: ExponentMode): Problem {
  checkComparable(fit, truth);
  if (fit.slopes.columns !== truth.slopes.columns) {
    throw new UsageError(
      "both gates must have as many slopes a row; " +
        `got ${fit.slopes.columns} and ${truth.slopes.columns}`,
    );
  }
  const trueMass = truth.logMass.map(fastExp);
  const total = trueMass.reduce((sum, mass) => sum + mass, 0);
  const mass = massesOf(fit.logMass, total);
  return { fit, truth, mass, trueMass, mode, distance: expertDistances(fit, truth) };
}

/** Cells where the fitted gate slopes are translated by −t. */
function cellsAt({ fit, truth, mass, distance }: Problem, t: Vector): Cells {
  const all = matrix(distance.rows, distance.columns, distance.data.slice());
  for (let i = 0; i < all.rows; i++) {
    const a = row(fit.slopes, i);
    for (let j = 0; j < all.columns; j++) {
      const b = row(truth.slopes, j);
      for (let c = 0; c < t.length; c++) {
        all.data[i * all.columns + j]! += (a[c]! - b[c]! - t[c]!) ** 2;
      }
    }
  }
  return cellsOf(all, mass);
}

/** What cells decide: all of the loss but the errors of gate slopes, which also need a translation. */
function partsOf(problem: Problem, cells: Cells) {
  const { fit, truth, mass, trueMass, mode } = problem;
  const K = mass.length;
  const points = matrix(K, fit.slopes.columns);
  const power = new Float64Array(K);
  let experts = 0;
  for (let i = 0; i < K; i++) {
    const j = cells.home[i]!;
    const exponents = cellExponents(mode, cells.size[j]!);
    power[i] = exponents.gate;
    experts += mass[i]! * expertError(fit, i, truth, j, exponents);
    const at = row(points, i);
    for (let c = 0; c < at.length; c++) at[c] = row(fit.slopes, i)[c]! - row(truth.slopes, j)[c]!;
  }
  const ratio = cells.mass.map((value, j) => value / trueMass[j]!);
  const level = weightedMedian(ratio, trueMass);
  const ofMass = cells.mass.reduce(
    (sum, value, j) => sum + Math.abs(value - level * trueMass[j]!),
    0,
  );
  return { cells, mass: ofMass, experts, level, gateErrors: { points, weight: mass, power } };
}

/** The least loss over translations, cells held fixed and the slopes' translation between bounds. */
function withCells(problem: Problem, cells: Cells, from?: number, to?: number): Solution {
  const parts = partsOf(problem, cells);
  const { point, value: gate, gap } = powerMedian(parts.gateErrors, from, to);
  return { ...parts, gate, slopes: point, gap, value: parts.mass + gate + parts.experts };
}

/** One gate slope: cells change at known translations only, and between two of them all is convex. */
function onIntervals(problem: Problem): Solution[] {
  const { fit, truth, distance } = problem;
  const changes: number[] = [];
  for (let i = 0; i < distance.rows; i++) {
    for (let j = 0; j < distance.columns; j++) {
      for (let l = 0; l < j; l++) {
        const [a, b] = [truth.slopes.data[j]!, truth.slopes.data[l]!];
        const excess = row(distance, i)[j]! - row(distance, i)[l]!;
        const tie = (a + b) / 2 + excess / (2 * (a - b));
        if (a !== b && Number.isFinite(tie)) changes.push(fit.slopes.data[i]! - tie);
      }
    }
  }
  changes.sort((a, b) => a - b);
  const ends = [Number.NEGATIVE_INFINITY, ...changes, Number.POSITIVE_INFINITY];
  return ends.slice(1).flatMap((to, at) => {
    const from = ends[at]!;
    if (from === to) return [];
    const inside = middle(from, to);
    return [withCells(problem, cellsAt(problem, Float64Array.of(inside)), from, to)];
  });
}

function middle(from: number, to: number): number {
  if (from === Number.NEGATIVE_INFINITY) return to === Number.POSITIVE_INFINITY ? 0 : to - 1;
  return to === Number.POSITIVE_INFINITY ? from + 1 : (from + to) / 2;
}

/** Every difference of a fitted and a true slope as a start, and cells by experts alone; then the best is improved. */
function fromStarts(problem: Problem, q: number): Solution[] {
  const { fit, truth, mass, distance } = problem;
  const found = [settled(problem, cellsOf(distance, mass))];
  if (q === 0) return found;
  for (let i = 0; i < distance.rows; i++) {
    for (let j = 0; j < distance.columns; j++) {
      const start = row(fit.slopes, i).map((value, c) => value - row(truth.slopes, j)[c]!);
      found.push(settled(problem, cellsAt(problem, start)));
    }
  }
  return [improved(problem, best(found))];
}

/** Translation and cells in turn, until the cells are those of the translation. */
function settled(problem: Problem, start: Cells): Solution {
  let best: Solution | undefined;
  let cells = start;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const here = atTranslation(problem, withCells(problem, cells).slopes);
    if (best === undefined || here.value < best.value) best = here;
    if (here.cells.home.every((j, i) => j === cells.home[i])) break;
    cells = here.cells;
  }
  return best!;
}

/** Compass search: the infimum may lie where cells change, which no convex problem sees. */
function improved(problem: Problem, start: Solution): Solution {
  let found = start;
  for (let step = LONGEST_STEP; step > SHORTEST_STEP; ) {
    const next = best(neighbours(found.slopes, step).map((t) => atTranslation(problem, t)));
    if (next.value < found.value * (1 - LEAST_GAIN)) found = next;
    else step /= 2;
  }
  return found;
}

function neighbours(t: Vector, step: number): Vector[] {
  const moved = (c: number, by: number) => t.map((value, e) => (e === c ? value + by : value));
  return [...t.keys()].flatMap((c) => [moved(c, step), moved(c, -step)]);
}

/** The loss at a translation of the slopes, by the cells that are the nearest ones there. */
function atTranslation(problem: Problem, slopes: Vector): Solution {
  const parts = partsOf(problem, cellsAt(problem, slopes));
  const gate = powerDistance(parts.gateErrors, slopes);
  return { ...parts, gate, slopes, gap: 0, value: parts.mass + gate + parts.experts };
}
