import { type Matrix, matrix, row } from "../math/matrix.ts";
import { type Draws, longEnough } from "./draws.ts";
import { UsageError } from "./errors.ts";
import { firstRows } from "./mixture.ts";
import { rowLogLikelihoods } from "./row-log-likelihoods.ts";
import type { State, Target } from "./target.ts";

/** Which draw: an index into the chains and one into the iterations of that chain. */
export interface DrawIndex {
  readonly chain: number;
  readonly iteration: number;
}

/** At most `most` draws, equally many of each long chain and evenly spread over its iterations. */
export function evenDraws(draws: Draws, most: number): DrawIndex[] {
  const lengths = draws.chains.map(({ iterations }) => iterations);
  const keep = longEnough(lengths);
  const chains = [...lengths.keys()].filter((chain) => keep[chain]);
  const shortest = Math.min(...chains.map((chain) => lengths[chain]!));
  const each = Math.min(shortest, Math.max(1, Math.floor(most / chains.length)));
  return chains.flatMap((chain) =>
    Array.from({ length: each }, (_, t) => ({
      chain,
      iteration: Math.floor(((t + 0.5) * shortest) / each),
    })),
  );
}

/**
 * Visits the recorded states of the given draws in order; theta and gamma are on the scale of the data, z is unset.
 * target: over any rows, on the scale of the data. A state has as many components as its draw; it is reused from visit
 * to visit.
 */
export function forEachState(
  target: Target,
  draws: Draws,
  picks: readonly DrawIndex[],
  visit: (state: State, s: number) => void,
): void {
  const { dimension: d } = target.expert;
  const { dimension: q } = target.gate;
  const most = target.capacity;
  const all = { theta: matrix(most, d), gamma: matrix(most, q), z: new Int32Array(target.n) };
  const stride = draws.variables.length;
  const first = draws.variables.indexOf("weight[1]") + 1;
  if (first === 0 || first - 1 + most * (1 + d + q) > stride) {
    throw new UsageError(
      `draws must hold the parameters of ${most} components of this model; recorded: ${draws.variables.join(", ")}`,
    );
  }
  const count = typeof target.components === "number" ? -1 : draws.variables.indexOf("K");
  const share = draws.variables.indexOf("lambda");
  const deviation =
    target.deviation === undefined
      ? undefined
      : { lambda: new Float64Array(1), fromKnown: new Uint8Array(0) };
  picks.forEach(({ chain, iteration }, s) => {
    const { values } = draws.chains[chain]!;
    const K = count < 0 ? most : values[iteration * stride + count]!;
    const state = {
      theta: firstRows(all.theta, K),
      gamma: firstRows(all.gamma, K),
      z: all.z,
      ...(deviation === undefined ? {} : { deviation }),
    };
    if (deviation !== undefined) deviation.lambda[0] = values[iteration * stride + share]!;
    for (let k = 0; k < K; k++) {
      const from = iteration * stride + first + k * (1 + d + q);
      row(state.theta, k).set(values.subarray(from, from + d));
      row(state.gamma, k).set(values.subarray(from + d, from + d + q));
    }
    visit(state, s);
  });
}

/** Draws whose log-likelihoods are written together: those of a row then lie on one line of a cache. */
const DRAWS_AT_ONCE = 8;

/** Log-likelihood of each row with its allocation summed out: n × S, row i holding the S draws. */
export function pointwiseLogLikelihood(
  target: Target,
  draws: Draws,
  picks: readonly DrawIndex[],
): Matrix {
  const write = rowLogLikelihoods(target);
  const out = matrix(target.n, picks.length);
  const some = matrix(DRAWS_AT_ONCE, target.n);
  forEachState(target, draws, picks, (state, s) => {
    const held = s % DRAWS_AT_ONCE;
    write(state, row(some, held));
    if (held === DRAWS_AT_ONCE - 1 || s === picks.length - 1) {
      writeColumns(firstRows(some, held + 1), s - held, out);
    }
  });
  return out;
}

/** Rows of `from` become the columns of `out` that begin at `first`. */
function writeColumns({ rows, columns, data }: Matrix, first: number, out: Matrix): void {
  for (let i = 0; i < columns; i++) {
    const at = i * out.columns + first;
    for (let s = 0; s < rows; s++) out.data[at + s] = data[s * columns + i]!;
  }
}
