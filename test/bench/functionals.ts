import { type Compiled, compileReported } from "../../models/compile.ts";
import { type Draws, variable } from "../../src/core/draws.ts";
import { forEachState } from "../../src/core/posterior.ts";
import type { State, Target } from "../../src/core/target.ts";
import { tableFrom } from "../../src/data/table.ts";
import { type Matrix, matrix, row } from "../../src/math/matrix.ts";
import type { Problem } from "./problems.d.mts";

/**
 * The label-invariant quantities that the peers report too, an array a chain: sorted sds,
 * log-likelihood, gate entropy, and at every point of the problem the mixture's mean and the sum
 * of the squared gate probabilities.
 */
export function functionalChains(
  compiled: Compiled,
  problem: Pick<Problem, "experts" | "covariates" | "points">,
  draws: Draws,
): ReadonlyMap<string, readonly Float64Array[]> {
  const sds = Array.from({ length: problem.experts }, (_, k) => `sd_sorted[${k + 1}]`);
  const recorded = [...sds, "log_likelihood", "gate_entropy"];
  return new Map([
    ...recorded.map((name) => [name, variable(draws, name)] as const),
    ...atPoints(compiled, problem, draws),
  ]);
}

function atPoints(
  compiled: Compiled,
  { points, covariates }: Pick<Problem, "covariates" | "points">,
  draws: Draws,
) {
  const names = Array.from({ length: covariates }, (_, j) => `x${j + 1}`);
  const table = tableFrom(Object.fromEntries(names.map((name) => [name, points])));
  const target = compileReported(compiled.model, compiled.designs, table);
  const empty = () => draws.chains.map(({ iterations }) => new Float64Array(iterations));
  const means = points.map(empty);
  const squares = points.map(empty);
  const picks = draws.chains.flatMap(({ iterations }, chain) =>
    Array.from({ length: iterations }, (_, iteration) => ({ chain, iteration })),
  );
  const predict = prediction(target);
  forEachState(target, draws, picks, (state, s) => {
    const { chain, iteration } = picks[s]!;
    predict(state, (i, mean, square) => {
      means[i]![chain]![iteration] = mean;
      squares[i]![chain]![iteration] = square;
    });
  });
  return [
    ...means.map((chains, i) => [`mean_at[${i + 1}]`, chains] as const),
    ...squares.map((chains, i) => [`gate_square_at[${i + 1}]`, chains] as const),
  ];
}

type Visit = (i: number, mean: number, square: number) => void;

function prediction(target: Target) {
  const logGate: Matrix = matrix(target.capacity, target.n);
  const expertMean = matrix(target.capacity, target.n);
  return ({ theta, gamma }: State, visit: Visit): void => {
    target.gate.logProbability(gamma, logGate);
    for (let k = 0; k < theta.rows; k++) target.expert.mean(row(theta, k), row(expertMean, k));
    for (let i = 0; i < target.n; i++) {
      let mean = 0;
      let square = 0;
      for (let k = 0; k < theta.rows; k++) {
        const probability = Math.exp(row(logGate, k)[i]!);
        mean += probability * row(expertMean, k)[i]!;
        square += probability * probability;
      }
      visit(i, mean, square);
    }
  };
}
