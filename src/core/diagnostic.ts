/** A number that says how far the draws of one variable can be trusted. */
export interface Diagnostic {
  readonly name: string;
  readonly reference: string;
  /** chains: one array a chain, equal lengths. NaN where the number has no meaning (see `reason`). */
  compute(chains: readonly Float64Array[]): number;
}

/** Something the user must know, with a stable code. A problem makes the verdict; a note does not. */
export interface Finding {
  readonly code: string;
  readonly severity: "problem" | "note";
  /** A sentence: what was found, what it means, what to do. */
  readonly message: string;
}
