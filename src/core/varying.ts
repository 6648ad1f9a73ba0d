import type { Vector } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";

/** Where `RowFamily.differentiate` writes what. */
export const ROW = { value: 0, eta: 1, s: 2, etaEta: 3, etaS: 4, ss: 5, etaInfo: 6, sInfo: 7 };

/**
 * One density a row, by a linear predictor eta and a log dispersion s (log sd, or log size; absent families ignore s).
 * Rows are those of the problem that the family was made for.
 */
export interface RowFamily {
  readonly name: string;
  /** How s depends on the index near a grid point; "none" where the family has no dispersion. */
  readonly dispersion: "none" | "constant" | "linear";
  /** y, where it is normal with mean eta and log sd s: then routines may stand in for the two functions below. */
  readonly normal?: Vector;
  /** log f(y[i] | eta, s). */
  logDensity(i: number, eta: number, s: number): number;
  /** Writes the log density, its first and second derivatives, and informations that are never negative (see `ROW`). */
  differentiate(i: number, eta: number, s: number, out: Vector): void;
  /** E(y[i] | eta). */
  mean(i: number, eta: number): number;
  /** Var(y[i] | eta, s). */
  variance(i: number, eta: number, s: number): number;
  /** P(Y ≤ at | eta, s) for a response Y of row i. */
  cdf(i: number, at: number, eta: number, s: number): number;
  /** A response of row i. */
  sample(rng: Rng, i: number, eta: number, s: number): number;
  /** The response on the scale of eta, finite. */
  working(i: number): number;
  /** Log dispersion to start from where the working response has this residual variance. */
  startDispersion(variance: number): number;
  /** Writes a log penalty on s, its slope and its curvature into out: bounded above, −∞ where a density would collapse. */
  penalty(s: number, out: Vector): void;
}

/** Columns of a design (n × columns, row-major): coefficients of the first ones vary, of the others do not. */
export interface VaryingDesign {
  /** Names of the columns in the order of the formula. */
  readonly terms: readonly string[];
  /** Where in the formula each column here stands: those that vary, then the others. */
  readonly places: readonly number[];
  /** n × varying. */
  readonly varying: Vector;
  readonly varyingColumns: number;
  /** n × constant. */
  readonly constant: Vector;
  readonly constantColumns: number;
}

/** One coefficient function of one component that is held at a constant, though its column is one of those that vary. */
export interface Held {
  /** 0: an expert's coefficient. 1: its log dispersion. 2: the gate's, of this component relative to the last. */
  readonly kind: 0 | 1 | 2;
  readonly component: number;
  /** Among the columns that vary; 0 of a dispersion. */
  readonly column: number;
}

export interface VaryingPenalty {
  /** Precision of a normal penalty on every varying coefficient of the experts, its value and its slope a bandwidth. */
  readonly experts: number;
  /** The same for the gate's coefficients, around their mean over the components. */
  readonly gate: number;
  /** Weight of the family's penalty on its dispersion, in rows at the grid point. */
  readonly dispersion: number;
}

/** A declaration that has met its rows: all that the kernels see. Rows ascend in u. */
export interface VaryingProblem {
  readonly n: number;
  readonly components: number;
  /** The index, 0 … 1. */
  readonly u: Vector;
  readonly family: RowFamily;
  readonly experts: VaryingDesign;
  readonly gate: VaryingDesign;
  /** Known part of the experts' linear predictors, length n. */
  readonly offset: Vector;
  /** Whether the dispersion varies with u. */
  readonly dispersionVaries: boolean;
  readonly penalty: VaryingPenalty;
  /** Coefficients are taken for parabolas around a grid point; for lines unless given. */
  readonly degree?: 2;
  /** Functions that a hypothesis takes for constant; none unless given. */
  readonly held?: readonly Held[];
  /** The same rows with other responses, in the order of the rows. */
  respond(y: Vector): VaryingProblem;
  /** The same problem for some of its rows, given in ascending order. */
  subset(rows: Int32Array): VaryingProblem;
}
