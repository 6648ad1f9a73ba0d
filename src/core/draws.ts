import { UsageError } from "./errors.ts";

/** The draws of one chain after warm-up and thinning: `values` is iterations × variables, row-major. */
export interface ChainDraws {
  /** 1-based. */
  readonly chain: number;
  readonly iterations: number;
  readonly values: Float64Array;
}

/**
 * Posterior draws by variable name. With random K, parameters of components that a draw does not have are NaN.
 * Chains of a partial run may differ in length.
 */
export interface Draws {
  readonly variables: readonly string[];
  readonly chains: readonly ChainDraws[];
}

/** One variable, an array a chain. Throws a UsageError that lists what there is when the name is unknown. */
export function variable(draws: Draws, name: string): Float64Array[] {
  const column = draws.variables.indexOf(name);
  if (column < 0) {
    throw new UsageError(
      `variable must be one of those recorded; got "${name}"; recorded: ${draws.variables.join(", ")}`,
      { name },
    );
  }
  const stride = draws.variables.length;
  return draws.chains.map(({ iterations, values }) =>
    Float64Array.from({ length: iterations }, (_, t) => values[t * stride + column]!),
  );
}

/**
 * Whether each of these lengths is at least half of the longest. A chain that is shorter, as where a run was stopped
 * early, is left out rather than that all others are cut to it.
 */
export function longEnough(lengths: readonly number[]): boolean[] {
  const longest = Math.max(...lengths);
  return lengths.map((length) => 2 * length >= longest);
}

/** The chains that have at least half the draws of the longest. */
export function longChains(chains: readonly ChainDraws[]): ChainDraws[] {
  const keep = longEnough(chains.map(({ iterations }) => iterations));
  return chains.filter((_, c) => keep[c]);
}

/** The long chains, cut to the length of the shortest of them, as convergence diagnostics need. */
export function equalLengths(draws: Draws): Draws {
  const chains = longChains(draws.chains);
  const iterations = Math.min(...chains.map((chain) => chain.iterations));
  const length = iterations * draws.variables.length;
  return {
    variables: draws.variables,
    chains: chains.map(({ chain, values }) => ({
      chain,
      iterations,
      values: values.subarray(0, length),
    })),
  };
}

/** All chains one after the other. */
export function pooled(chains: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(chains.reduce((total, chain) => total + chain.length, 0));
  let start = 0;
  for (const chain of chains) {
    out.set(chain, start);
    start += chain.length;
  }
  return out;
}

declare const labelled: unique symbol;

/** Draws whose component labels mean the same thing in every draw; only relabelling makes them. */
export type LabelledDraws = Draws & { readonly [labelled]: true };
