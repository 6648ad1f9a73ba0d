import type { Members } from "../../../src/core/data.ts";
import { ROW, type RowFamily } from "../../../src/core/varying.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { RowTerms } from "./row-terms.ts";

/** Predictors of the mean and log dispersions of the members, each by member; offsets are in `eta`. */
export interface Predictors {
  readonly eta: Vector;
  readonly s: Vector;
}

/** Σ weight log f as a function of what the functions add to the predictors of the mean; `offset` stands by row. */
export function meanTerms(
  family: RowFamily,
  { rows, weight }: Members,
  s: Vector,
  offset: Vector | undefined,
): RowTerms {
  const out = new Float64Array(8);
  const at = (i: number, eta: number): number => (offset === undefined ? eta : eta + offset[i]!);
  return {
    rows,
    count: rows.length,
    value(eta) {
      let total = 0;
      for (let m = 0; m < rows.length; m++) {
        const i = rows[m]!;
        total += weight[m]! * family.logDensity(i, at(i, eta[m]!), s[m]!);
      }
      return total;
    },
    derivatives(eta, slope, bend) {
      let total = 0;
      for (let m = 0; m < rows.length; m++) {
        const i = rows[m]!;
        const w = weight[m]!;
        family.differentiate(i, at(i, eta[m]!), s[m]!, out);
        total += w * out[ROW.value]!;
        slope[m] = w * out[ROW.eta]!;
        bend[m] = w * out[ROW.etaInfo]!;
      }
      return total;
    },
  };
}

/** The same as a function of log dispersions; `eta` stands by member, offsets included. */
export function dispersionTerms(
  family: RowFamily,
  { rows, weight }: Members,
  eta: Vector,
): RowTerms {
  const out = new Float64Array(8);
  return {
    rows,
    count: rows.length,
    value(s) {
      let total = 0;
      for (let m = 0; m < rows.length; m++) {
        total += weight[m]! * family.logDensity(rows[m]!, eta[m]!, s[m]!);
      }
      return total;
    },
    derivatives(s, slope, bend) {
      let total = 0;
      for (let m = 0; m < rows.length; m++) {
        const w = weight[m]!;
        family.differentiate(rows[m]!, eta[m]!, s[m]!, out);
        total += w * out[ROW.value]!;
        slope[m] = w * out[ROW.s]!;
        const curvature = -out[ROW.ss]!;
        bend[m] = w * (curvature > 0 ? curvature : out[ROW.sInfo]!);
      }
      return total;
    },
  };
}
