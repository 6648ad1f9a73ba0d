import type { VaryingProblem } from "../../src/core/varying.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { climber, stepOf } from "./climb.ts";
import type { RowModel } from "./interpolate.ts";
import type { Layout } from "./layout.ts";

export const firstPositions = (m: number): Int32Array =>
  Int32Array.from({ length: m }, (_, j) => j);

/** A function that writes the gradient of the profile log-likelihood and its information (m × m, lower triangle). */
export function profileDerivatives(
  problem: VaryingProblem,
  rows: RowModel,
  grid: Vector,
  bandwidth: number,
) {
  const { layout, terms } = rows;
  const { predictors: P, kind, first, width, shared, dimension } = layout;
  const m = shared.length;
  const [predictors, slope] = [new Float64Array(P), new Float64Array(P)];
  const bend = new Float64Array(P * P);
  const columns = new Float64Array(Math.max(...width));
  const place = new Int32Array(dimension).fill(-1);
  shared.forEach((position, j) => {
    place[position] = j;
  });
  const follow = followers(problem, layout, grid, bandwidth);
  const jacobian = new Float64Array(P * m);
  const addRow = rowAdder(P, m, { slope, bend, jacobian });

  /** Adds what column j of predictor p, with value x, makes of γ. */
  function addColumn(
    p: number,
    j: number,
    x: number,
    low: Vector,
    high: Vector,
    share: number,
  ): void {
    const position = first[p]! + j;
    if (place[position]! >= 0) {
      jacobian[p * m + place[position]!]! += x;
      return;
    }
    for (let c = 0, at = position * m; c < m; c++, at++) {
      jacobian[p * m + c]! += x * (low[at]! + share * (high[at]! - low[at]!));
    }
  }

  /** How the predictors of row i follow γ (P × m). */
  function differentiateRow(i: number, theta: Matrix, paths: readonly Matrix[]): void {
    const { at, share } = rows.predict(i, grid, theta, predictors);
    const low = paths[at]!.data;
    const high = share > 0 ? paths[at + 1]!.data : low;
    jacobian.fill(0);
    for (let p = 0; p < P; p++) {
      rows.design(i, p, columns);
      for (let j = 0; j < width[kind[p]!]; j++) {
        if (columns[j] !== 0) addColumn(p, j, columns[j]!, low, high, share);
      }
    }
  }

  return (theta: Matrix, gradient: Vector, information: Vector): void => {
    const paths = follow(theta);
    for (const curvature of ["observed", "complete"] as const) {
      gradient.fill(0);
      information.fill(0);
      bend.fill(0);
      for (let i = 0; i < problem.n; i++) {
        differentiateRow(i, theta, paths);
        terms.differentiate(i, predictors, slope, bend, curvature);
        addRow(gradient, information);
      }
      if (isPositive(information, m)) return;
    }
  };
}

interface RowScratch {
  readonly slope: Vector;
  readonly bend: Vector;
  readonly jacobian: Vector;
}

/** A function that adds jacobian' slope and jacobian' bend jacobian. */
function rowAdder(P: number, m: number, { slope, bend, jacobian }: RowScratch) {
  const bent = new Float64Array(P * m);

  /** bent = bend · jacobian, `bend` symmetric and known below its diagonal. */
  function bendJacobian(): void {
    bent.fill(0);
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < P; q++) {
        const weight = bend[Math.max(p, q) * P + Math.min(p, q)]!;
        for (let c = 0; c < m; c++) bent[p * m + c]! += weight * jacobian[q * m + c]!;
      }
    }
  }

  return (gradient: Vector, information: Vector): void => {
    bendJacobian();
    for (let p = 0; p < P; p++) {
      for (let c = 0; c < m; c++) {
        const x = jacobian[p * m + c]!;
        gradient[c]! += slope[p]! * x;
        for (let l = 0; l <= c; l++) information[c * m + l]! += x * bent[p * m + l]!;
      }
    }
  };
}

function isPositive(information: Vector, m: number): boolean {
  const [gradient, step] = [new Float64Array(m).fill(1), new Float64Array(m)];
  return stepOf(firstPositions(m), m)(gradient, information, step) > 0;
}

/** A function that gives dθ̂/dγ at each grid point (dimension × m; rows of what does not vary are 0). */
export function followers(
  problem: VaryingProblem,
  layout: Layout,
  grid: Vector,
  bandwidth: number,
) {
  const { dimension: D, local, shared } = layout;
  const climb = climber(problem);
  const [gradient, information] = [new Float64Array(D), new Float64Array(D * D)];
  const right = new Float64Array(D);
  const solve = stepOf(local, D);
  const solution = new Float64Array(local.length);
  return (theta: Matrix): Matrix[] =>
    Array.from(grid, (at, g) => {
      climb.likelihood.place(at, bandwidth);
      climb.derivatives(row(theta, g), gradient, information, "observed");
      const out = matrix(D, shared.length);
      shared.forEach((position, c) => {
        for (const j of local) {
          right[j] = -information[Math.max(j, position) * D + Math.min(j, position)]!;
        }
        if (!(solve(right, information, solution) > 0)) return;
        local.forEach((j, a) => {
          out.data[j * shared.length + c] = solution[a]!;
        });
      });
      return out;
    });
}
