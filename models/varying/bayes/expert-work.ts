import type { Members } from "../../../src/core/data.ts";
import type { RowFamily } from "../../../src/core/varying.ts";
import { fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { Coordinate } from "../../experts/coordinate-prior.ts";
import type { Functions } from "./functions.ts";
import type { LevelPriors } from "./normal-functions.ts";
import type { RowTerms } from "./row-terms.ts";
import { dispersionTerms, meanTerms } from "./terms.ts";

/** Functions of the mean and, where the family has a dispersion, of its logarithm, with the priors of their levels. */
export interface ExpertFunctions {
  readonly mean: Functions;
  readonly levels: readonly Coordinate[];
  readonly dispersion?: { readonly functions: Functions; readonly level: Coordinate };
  readonly isNormal: boolean;
  readonly offset: Vector | undefined;
  /** Of the present response. */
  rows(): RowFamily;
  readonly y: Vector;
}

/** Predictors of a component's members, by member, from its point: coordinates of the mean, then of the log dispersion. */
export interface ExpertWork {
  /** Of the mean, offset included, and of the log dispersion: what was predicted last. */
  readonly eta: Vector;
  readonly s: Vector;
  readonly prior: LevelPriors;
  meanPart(point: Vector): Vector;
  dispersionPart(point: Vector): Vector;
  predictMean(point: Vector, members: Members): void;
  predictDispersion(point: Vector, members: Members): void;
  /** The likelihood of the mean's functions with `s` as it is, and of the dispersion's with `eta` as it is. */
  termsOfMean(members: Members): RowTerms;
  termsOfDispersion(members: Members): RowTerms;
  /** A level of the log dispersion to search from: a function of the response and of `eta`. */
  levelFrom(members: Members): Vector;
  /** Sets `eta` to the members' mean response. */
  predictMiddle(members: Members): void;
}

export function expertWork(functions: ExpertFunctions): ExpertWork {
  const { mean, levels, dispersion, offset, y, isNormal, rows } = functions;
  const eta = new Float64Array(mean.rows.n);
  const s = new Float64Array(mean.rows.n);
  const linear = new Float64Array(mean.rows.length);
  const logLinear = new Float64Array(dispersion?.functions.rows.length ?? 0);
  const start = new Float64Array(1);
  const offsetAt = (i: number): number => (offset === undefined ? 0 : offset[i]!);
  const meanPart = (point: Vector): Vector => point.subarray(0, mean.size);
  const dispersionPart = (point: Vector): Vector => point.subarray(mean.size);
  return {
    eta,
    s,
    prior: {
      mean: Float64Array.from(levels, (level) => level.mean),
      precision: Float64Array.from(levels, (level) => level.precision),
    },
    meanPart,
    dispersionPart,

    predictMean(point, members) {
      mean.toLinear(meanPart(point), linear);
      mean.rows.predict(linear, members.rows, eta);
      if (offset === undefined) return;
      for (let m = 0; m < members.rows.length; m++) eta[m] = eta[m]! + offsetAt(members.rows[m]!);
    },

    predictDispersion(point, members) {
      if (dispersion === undefined) return;
      dispersion.functions.toLinear(dispersionPart(point), logLinear);
      dispersion.functions.rows.predict(logLinear, members.rows, s);
    },

    termsOfMean: (members) => meanTerms(rows(), members, s, offset),
    termsOfDispersion: (members) => dispersionTerms(rows(), members, eta),

    levelFrom(members) {
      start[0] = dispersion!.level.mean;
      if (!isNormal) return start;
      let [squares, total] = [0, 0];
      for (let m = 0; m < members.rows.length; m++) {
        squares += members.weight[m]! * (y[members.rows[m]!]! - eta[m]!) ** 2;
        total += members.weight[m]!;
      }
      if (squares > 0 && total > 0) start[0] = 0.5 * fastLog(squares / total);
      return start;
    },

    predictMiddle({ rows: own, weight }) {
      let [sum, total] = [0, 0];
      for (let m = 0; m < own.length; m++) {
        sum += weight[m]! * (y[own[m]!]! - offsetAt(own[m]!));
        total += weight[m]!;
      }
      const middle = total > 0 ? sum / total : 0;
      for (let m = 0; m < own.length; m++) eta[m] = middle + offsetAt(own[m]!);
    },
  };
}
