import { SamplerError } from "../../src/core/errors.ts";
import type { State } from "../../src/core/target.ts";
import { copy, type Matrix, matrix, row } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { type Climbed, checkRise } from "./ascend.ts";
import type { EmProblem } from "./problem.ts";

/**
 * EM whose rows each belong to one expert, the one of the largest probability times density: climbs
 * Σ weight · log(probability · density) at those, in place, until no row changes. An expert without
 * rows keeps its parameters; its probability falls as the gate's likelihood says. Source: [celeux1992]
 */
export function classify(problem: EmProblem, state: State, maxIterations: number): Climbed {
  const { n } = problem.target;
  const division = matrix(state.theta.rows, n);
  const z = new Int32Array(n).fill(-1);
  let height = Number.NEGATIVE_INFINITY;
  for (let iteration = 0; ; iteration++) {
    const joint = problem.joint(state);
    const settled = !moveToBest(joint, z);
    const objective = heightAt(problem, joint, z) + problem.prior(state);
    checkRise(height, objective, iteration);
    height = objective;
    divide(problem, z, division);
    const degenerate = problem.isDegenerate(state);
    if (settled || degenerate || iteration === maxIterations) {
      const gradientNorm = problem.gradientNorm(state, division);
      return { iterations: iteration, converged: settled && !degenerate, objective, gradientNorm };
    }
    problem.maximizeExperts(state, division);
    problem.maximizeGate(state, division);
  }
}

/** Gives each row to the best component where that is better than its own; whether a row has moved. */
function moveToBest({ rows: K, columns: n, data }: Matrix, z: Int32Array): boolean {
  let moved = false;
  for (let i = 0; i < n; i++) {
    let best = Math.max(z[i]!, 0);
    for (let k = 0; k < K; k++) if (data[k * n + i]! > data[best * n + i]!) best = k;
    if (best === z[i]) continue;
    z[i] = best;
    moved = true;
  }
  return moved;
}

/** Σ weight · log(probability · density) of the component of each row. */
function heightAt({ weight }: EmProblem, { columns: n, data }: Matrix, z: Int32Array): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    const w = weight.each?.[i] ?? 1;
    if (w > 0) total += w * data[z[i]! * n + i]!;
  }
  return total;
}

/** out (K × n): the weight of row i at its component, 0 elsewhere. */
function divide({ weight }: EmProblem, z: Int32Array, { columns: n, data }: Matrix): void {
  data.fill(0);
  for (let i = 0; i < n; i++) data[z[i]! * n + i] = weight.each?.[i] ?? 1;
}

const SWEEPS = 100;

/**
 * A number of sweeps whose M steps see allocations drawn from the responsibilities; leaves the state
 * of the highest objective that was visited and returns the number of sweeps. An expert with no more
 * rows than parameters keeps these, and where one has no row at all the gate keeps its own.
 * Source: [celeux1985]
 */
export function wander(problem: EmProblem, state: State, rng: Rng, maxIterations: number): number {
  const { n, expert } = problem.target;
  const K = state.theta.rows;
  const division = matrix(K, n);
  const forExperts = matrix(K, n);
  const z = new Int32Array(n);
  const sweeps = Math.min(SWEEPS, maxIterations);
  const best = { theta: copy(state.theta), gamma: copy(state.gamma) };
  let highest = problem.objective(state);
  for (let sweep = 1; sweep <= sweeps; sweep++) {
    drawAllocation(rng, problem.responsibilities(problem.joint(state)), z, sweep);
    divide(problem, z, division);
    const counts = countRows(division);
    forExperts.data.set(division.data);
    counts.forEach((count, k) => {
      if (count <= expert.dimension) row(forExperts, k).fill(0);
    });
    problem.maximizeExperts(state, forExperts);
    if (counts.every((count) => count > 0)) problem.maximizeGate(state, division);
    const height = problem.objective(state);
    if (!(height > highest) || problem.isDegenerate(state)) continue;
    highest = height;
    best.theta.data.set(state.theta.data);
    best.gamma.data.set(state.gamma.data);
  }
  state.theta.data.set(best.theta.data);
  state.gamma.data.set(best.gamma.data);
  return sweeps;
}

/** Rows of weight above 0 of each component. */
function countRows(division: Matrix): number[] {
  return Array.from({ length: division.rows }, (_, k) =>
    row(division, k).reduce((sum, w) => sum + (w > 0 ? 1 : 0), 0),
  );
}

function drawAllocation(
  rng: Rng,
  { rows: K, columns: n, data }: Matrix,
  z: Int32Array,
  sweep: number,
): void {
  for (let i = 0; i < n; i++) {
    let rest = uniform(rng);
    let k = 0;
    for (; k < K - 1; k++) {
      rest -= data[k * n + i]!;
      if (rest < 0) break;
    }
    if (Number.isNaN(rest)) {
      throw new SamplerError(
        `responsibilities must be numbers; found NaN at row ${i + 1} in sweep ${sweep} of ` +
          "stochastic EM; look for extreme values in the data",
        { row: i + 1, sweep },
      );
    }
    z[i] = k;
  }
}
