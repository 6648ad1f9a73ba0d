import { availableParallelism } from "node:os";
import type { Table } from "../core/data.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { OneCount } from "../report/selection-input.ts";
import { type Evidence, evidence } from "../run/evidence.ts";
import type { SelectOptions } from "./options.ts";

/** With more rows than this the evidence takes longer than all chains together, and is left out. */
export const MOST_ROWS = 2000;
/** With fewer rows than this a replicate is cheap enough for many of them. */
const FEW_ROWS = 400;
/** What is spent with more rows than that, and where the draws give an evidence that this one but confirms. */
const LITTLE = { replicates: 4, particles: 400 };

/** What the evidence of 1 … max experts says. */
export interface EvidenceOfCounts {
  of(K: number): OneCount["logEvidence"];
}

/**
 * The evidence of each number of experts by tempered sequential Monte Carlo, with less effort for those that `known` holds;
 * none for very many rows.
 */
export async function evidenceOfCounts(
  model: ModelDeclaration,
  table: Table,
  max: number,
  known: ReadonlySet<number>,
  { seed = 1, signal, workers = availableParallelism() }: SelectOptions,
): Promise<EvidenceOfCounts> {
  const all = table.rows > MOST_ROWS ? [] : Array.from({ length: max }, (_, k) => k + 1);
  const needsLittle = (K: number): boolean => known.has(K) || table.rows > FEW_ROWS;
  const found: Record<string, Evidence> = {};
  for (const [little, effort] of [
    [true, LITTLE],
    [false, {}],
  ] as const) {
    const components = all.filter((K) => needsLittle(K) === little);
    if (components.length === 0) continue;
    Object.assign(
      found,
      await evidence(model, table, { components, seed, signal, workers, effort }),
    );
  }
  return {
    of(K) {
      const one = found[K];
      if (one === undefined) return undefined;
      return { value: one.value, se: one.se, unreliable: one.unreliable !== undefined };
    },
  };
}
