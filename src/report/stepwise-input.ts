import type { Finding } from "../core/diagnostic.ts";
import type { ModelName, RankedBy } from "./grid-input.ts";

/** A model that a search has looked at, and the move that leads there. */
export interface Step extends ModelName {
  readonly move: string;
  readonly logLikelihood: number;
  readonly df: number;
  /** Value of the criterion; null where it is not defined. */
  readonly criterion: number | null;
  readonly converged: boolean;
  /** An expert's likelihood has no bound: never chosen. */
  readonly degenerate: boolean;
}

/** Everything a page on a stepwise search shows. */
export interface StepwiseInput {
  readonly title: string;
  readonly subtitle: string;
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly criterion: RankedBy;
  /** From the start to what was chosen. */
  readonly path: readonly Step[];
  /** Of what was chosen, best first. */
  readonly neighbours: readonly Step[];
}
