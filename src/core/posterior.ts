import { type Matrix, matrix, row } from "../math/matrix.ts";
import { type Draws, longEnough } from "./draws.ts";
import { UsageError } from "./errors.ts";
import { firstRows, logJoint, mixtureScratch, sumOutAllocation } from "./mixture.ts";
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

/** Log-likelihood of each row with its allocation summed out: n × S, row i holding the S draws. */
export function pointwiseLogLikelihood(
  target: Target,
  draws: Draws,
  picks: readonly DrawIndex[],
): Matrix {
  const scratch = mixtureScratch(target);
  const out = matrix(target.n, picks.length);
  forEachState(target, draws, picks, (state, s) => {
    sumOutAllocation(logJoint(target, state, scratch), scratch);
    for (let i = 0; i < target.n; i++) out.data[i * picks.length + s] = scratch.logDensity[i]!;
  });
  return out;
}
