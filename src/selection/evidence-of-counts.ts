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

/** What the evidence of 1 … max experts says. */
export interface EvidenceOfCounts {
  of(K: number): OneCount["logEvidence"];
}

/** The evidence of each number of experts by tempered sequential Monte Carlo; none for very many rows. */
export async function evidenceOfCounts(
  model: ModelDeclaration,
  table: Table,
  max: number,
  { seed = 1, signal, workers = availableParallelism() }: SelectOptions,
): Promise<EvidenceOfCounts> {
  const found: Record<string, Evidence> =
    table.rows > MOST_ROWS
      ? {}
      : await evidence(model, table, {
          components: Array.from({ length: max }, (_, k) => k + 1),
          seed,
          signal,
          workers,
          effort: table.rows > FEW_ROWS ? { replicates: 4, particles: 400 } : {},
        });
  return {
    of(K) {
      const one = found[K];
      if (one === undefined) return undefined;
      return { value: one.value, se: one.se, unreliable: one.unreliable !== undefined };
    },
  };
}
