/** Which coefficients are functions: those of all terms, or of these, in every component. */
export type FunctionTerms = "all" | readonly string[];

/**
 * Coefficients that are functions of an index and are sampled: g(u) = level + s Σ_m w_m b_m(u) v_m with b a line, a
 * parabola and cosines of u, the index on 0 … 1, w their weights, v ~ N(0, I), s ~ N(0, scale²). Plain data.
 */
export interface FunctionsDeclaration {
  /** Numeric column. */
  readonly index: string;
  readonly experts: FunctionTerms;
  readonly gate: FunctionTerms;
  /** Of the log sd, or log size, of each expert. */
  readonly dispersion: boolean;
  /** How many b there are. */
  readonly basis: number;
  /** Prior sd of s; of the experts' coefficients times `unit`. */
  readonly scale: number;
  /** Sd of a Gaussian response, otherwise 1; filled in from the data where absent. */
  readonly unit?: number;
}
