import { credibleBand } from "../../diagnostics/varying/credible-band.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { type Matrix, row } from "../math/matrix.ts";
import { differenceBand, probabilityBands } from "./varying-bayes-derived.ts";

/** A posterior function of the index, on the scale of the data. Plain data. */
export interface PosteriorCurve {
  /** 1 … K. */
  readonly component: number;
  readonly part: CoefficientCurve["part"];
  /** Name of the column; of a dispersion "log sd" or "log size". */
  readonly term: string;
  readonly varies: boolean;
  /** In units of the index. */
  readonly u: readonly number[];
  /** Posterior mean and sd. */
  readonly estimate: readonly number[];
  readonly sd: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly simultaneousLower: readonly number[];
  readonly simultaneousUpper: readonly number[];
  /** Half the width of the simultaneous band in sds. */
  readonly critical: number;
}

/** The difference of a function between two components: `component` less `against`. */
export interface PosteriorContrast extends PosteriorCurve {
  readonly against: number;
}

/** P(component) along the index at one row of the gate's columns; the sd is that of the log odds. */
export type PosteriorProbability = Omit<PosteriorCurve, "part" | "term" | "varies">;

/** What functions of one component are called, in the order in which they are collected. */
export type NamedFunction = Pick<PosteriorCurve, "part" | "term" | "varies">;

/** Draws of all functions of all components on a grid. */
interface Collected {
  readonly named: readonly NamedFunction[];
  /** In units of the index. */
  readonly u: readonly number[];
  readonly K: number;
  /** How many of the last of `named` are columns of the gate. */
  readonly gateColumns: number;
  /** Draws (points × draws) of the function named `at` of component k. */
  storeOf(k: number, at: number): Matrix;
}

/** Bands of the functions, of their differences and of probabilities. */
export function functionBands({ named, u, K, gateColumns, storeOf }: Collected) {
  const indices = Array.from({ length: K }, (_, k) => k);
  return {
    curves(level: number): PosteriorCurve[] {
      return indices.flatMap((k) =>
        named.map((one, at) => {
          const { mean: estimate, ...band } = credibleBand(storeOf(k, at), level);
          return { component: k + 1, ...one, u, estimate, ...band };
        }),
      );
    },

    contrasts(level: number): PosteriorContrast[] {
      const pairs = indices.flatMap((l) => indices.slice(l + 1).map((k) => [k, l] as const));
      return pairs.flatMap(([k, l]) =>
        named.map((one, at) => {
          const band = differenceBand(storeOf(k, at), storeOf(l, at), level);
          const { mean: estimate, ...rest } = band;
          return { component: k + 1, against: l + 1, ...one, u, estimate, ...rest };
        }),
      );
    },

    /** By row of the gate's columns, and component. */
    probabilities(X: Matrix, level: number): PosteriorProbability[][] {
      const ofGate = indices.map((k) =>
        Array.from({ length: gateColumns }, (_, j) => storeOf(k, named.length - gateColumns + j)),
      );
      return Array.from({ length: X.rows }, (_, i) =>
        probabilityBands(ofGate, row(X, i), level).map(({ mean: estimate, ...band }, k) => {
          return { component: k + 1, u, estimate, ...band };
        }),
      );
    },
  };
}
