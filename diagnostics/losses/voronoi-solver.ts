import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { powerDistance, powerMedian, weightedMedian } from "../../src/math/power-median.ts";
import { type Cells, cellsOf } from "./cells.ts";
import { cellExponents, type ExponentMode, expertError } from "./exponents.ts";
import type { GatedArrays } from "./measures.ts";

/** Both measures, masses on the truth's scale, and what does not depend on the translation. */
export interface Problem {
  readonly fit: GatedArrays;
  readonly truth: GatedArrays;
  readonly mass: Vector;
  readonly trueMass: Vector;
  readonly mode: ExponentMode;
  /** fitted × true. */
  readonly distance: Matrix;
}

/** A value of the loss and where it is attained. */
export interface Solution {
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
 * The least loss over translations of the gate: with one gate slope over all, with more over what
 * many starts lead to.
 */
export function solve(problem: Problem): Solution {
  const q = problem.fit.slopes.columns;
  return best(q === 1 ? onIntervals(problem) : fromStarts(problem, q));
}

const best = (found: readonly Solution[]): Solution =>
  found.reduce((a, b) => (b.value < a.value ? b : a));

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
