import type { ChainDraws } from "../core/draws.ts";
import type { Block } from "./job.ts";

/** Gathers the draws of all chains in memory. */
export interface Collector {
  /** Puts `values` (draws × variables) at draw `firstDraw` of a chain. */
  put(part: Pick<Block, "chain" | "firstDraw" | "values">): void;
  /** Of the chains that have any, in order. */
  draws(): readonly ChainDraws[];
}

/** Room for so many draws of so many variables a chain. */
export function createCollector(variables: number, draws: number): Collector {
  const values = new Map<number, { all: Float64Array<ArrayBuffer>; iterations: number }>();
  return {
    put({ chain, firstDraw, values: part }) {
      if (part.length === 0) return;
      const all = values.get(chain)?.all ?? new Float64Array(draws * variables);
      all.set(part, firstDraw * variables);
      values.set(chain, { all, iterations: firstDraw + part.length / variables });
    },
    draws: () =>
      [...values]
        .sort(([a], [b]) => a - b)
        .map(([chain, { all, iterations }]) => {
          const used = all.subarray(0, iterations * variables);
          return { chain, iterations, values: used };
        }),
  };
}
