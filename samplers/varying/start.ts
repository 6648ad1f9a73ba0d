import type { VaryingProblem } from "../../src/core/varying.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { widthOf } from "../../src/math/lanes/gram-routines.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { type LaneRows, laneRows } from "./lanes/lane-rows.ts";
import { type Layout, predictorOf } from "./layout.ts";
import { type Window, windowRows, windows } from "./window.ts";

/** Added to the diagonal of a weighted Gram matrix, relative to it: a component may have hardly any rows in a window. */
const RIDGE = 1e-6;

/** Of rows: entry i of row i is at `first` + i · `stride`. */
export interface Shares {
  readonly values: Vector;
  readonly first: number;
  readonly stride: number;
}

export const sharesOf = (values: Vector, first: number, stride: number): Shares => ({
  values,
  first,
  stride,
});

/**
 * A function that writes first parameters for the rows around a grid point and their responsibilities (row i at i · K):
 * least squares of the working response, the dispersion of what it leaves, a gate without covariates.
 */
export function starter(problem: VaryingProblem, layout: Layout) {
  const { components: K, first, width, hasDispersion } = layout;
  const solve = leastSquares(problem, layout);
  const coefficients = new Float64Array(width[0]);

  return (at: number, bandwidth: number, responsibility: Vector, theta: Vector): void => {
    theta.fill(0);
    for (let k = 0; k < K; k++) {
      const variance = solve(at, bandwidth, sharesOf(responsibility, k, K), coefficients);
      theta.set(coefficients, first[predictorOf(layout, k, 0)]!);
      if (!hasDispersion) continue;
      theta[first[predictorOf(layout, k, 1)]!] = problem.family.startDispersion(variance);
    }
  };
}

/**
 * A function that writes the coefficients of least squares of the working response on the experts' columns, with weights
 * of the kernel times shares, and returns the variance of what they leave.
 */
export function leastSquares(
  problem: VaryingProblem,
  layout: Layout,
  sumsOf: SumsOf = fastestSums,
) {
  const { n, family, offset, u } = problem;
  const d = layout.width[0];
  const width = widthOf(d);
  const [gram, whole] = [new Float64Array(d * d), new Float64Array(d * d)];
  const targets = new Float64Array(n);
  for (let i = 0; i < n; i++) targets[i] = family.working(i) - offset[i]!;
  const { sums, run } = sumsOf(problem, layout, targets);

  /** Σ w (y − x'b)² = Σ w y² − b'(2 Σ w x y − Σ w x x' b). */
  function residualVariance(coefficients: Vector): number {
    const products = d * width;
    let explained = 0;
    for (let a = 0; a < d; a++) {
      let left = 2 * sums[products + a]!;
      for (let b = 0; b < d; b++) left -= whole[a * d + b]! * coefficients[b]!;
      explained += coefficients[a]! * left;
    }
    const behind = products + width;
    const total = sums[behind + 1]!;
    return total > 0 ? Math.max(0, sums[behind]! - explained) / total : 1;
  }

  return (at: number, bandwidth: number, shares: Shares, coefficients: Vector): number => {
    const { from, to } = windowRows(u, at, bandwidth);
    run(at, bandwidth, from, to, shares);
    for (let a = 0; a < d; a++) {
      coefficients[a] = sums[d * width + a]!;
      for (let b = 0; b <= a; b++) {
        const entry = sums[b * width + a]!;
        whole[a * d + b] = entry;
        whole[b * d + a] = entry;
        gram[a * d + b] = a === b ? entry + RIDGE * (1 + entry) : entry;
      }
    }
    if (cholesky(gram, d)) solveCholesky(gram, d, coefficients);
    else coefficients.fill(0);
    return residualVariance(coefficients);
  };
}

/** What `regressionRoutine` writes, for rows from … to − 1 around a grid point. */
interface Sums {
  readonly sums: Vector;
  run(at: number, bandwidth: number, from: number, to: number, shares: Shares): void;
}

type SumsOf = (problem: VaryingProblem, layout: Layout, targets: Vector) => Sums;

const fastestSums: SumsOf = (problem, layout, targets) => {
  const lanes = laneRows(problem, layout);
  return lanes === undefined ? plainSums(problem, layout, targets) : laneSums(lanes, targets);
};

function laneSums(lanes: LaneRows, targets: Vector): Sums {
  const { memory } = lanes;
  memory.targets.set(targets);
  return {
    sums: memory.regression,
    run(at, bandwidth, from, to, shares) {
      lanes.load(from, to, at, bandwidth);
      multiplyShares(memory.weight, shares, from, to - from, memory.regressionWeights);
      lanes.regress();
    },
  };
}

/** By plain loops, that the routine is tested against. */
export function plainSums(problem: VaryingProblem, layout: Layout, targets: Vector): Sums {
  const d = layout.width[0];
  const width = widthOf(d);
  const load = windows(problem, layout);
  const sums = new Float64Array(d * width + width + 2);
  const weights = new Float64Array(problem.n);

  function add({ from, to, designs, stride }: Window): void {
    const X = designs[0];
    for (let m = 0; m < to - from; m++) {
      const w = weights[m]!;
      const y = targets[from + m]!;
      for (let a = 0; a < d; a++) {
        const wx = w * X[a * stride + m]!;
        for (let b = 0; b <= a; b++) sums[b * width + a]! += wx * X[b * stride + m]!;
        sums[d * width + a]! += wx * y;
      }
      sums[d * width + width]! += w * y * y;
      sums[d * width + width + 1]! += w;
    }
  }

  return {
    sums,
    run(at, bandwidth, from, to, shares) {
      const window = load(at, bandwidth);
      multiplyShares(window.weight, shares, from, to - from, weights);
      sums.fill(0);
      add(window);
    },
  };
}

function multiplyShares(
  weight: Vector,
  { values, first, stride }: Shares,
  from: number,
  count: number,
  out: Vector,
): void {
  for (let m = 0, at = first + from * stride; m < count; m++, at += stride) {
    out[m] = weight[m]! * values[at]!;
  }
}
