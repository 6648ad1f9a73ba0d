import { fastExp, fastLog } from "../../../src/math/exp.ts";
import { logistic } from "../../../src/math/log-sum-exp.ts";
import type { Matrix, Vector } from "../../../src/math/matrix.ts";
import { softplus } from "../../../src/math/softplus.ts";
import type { GateRows } from "../../gates/softmax-rows.ts";
import type { RowTerms } from "./row-terms.ts";

/** Beyond this a linear predictor's exponential is taken for what it is there: no density to speak of. */
const LARGEST_EXPONENT = 600;

/**
 * Of one gate row given the others: Σ r_i (η_i − c_i) − log(1 + e^(η_i − c_i)), c the log of the others' weights and r_i
 * the responsibility of the component, or whether row i is allocated to it.
 */
export function gateRowTerms(n: number) {
  const others = new Float64Array(n);
  const share = new Float64Array(n);
  const terms: RowTerms = {
    rows: undefined,
    count: n,
    value(eta) {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const odds = eta[i]! - others[i]!;
        total += share[i]! * odds - softplus(odds);
      }
      return total;
    },
    derivatives(eta, slope, bend) {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const odds = eta[i]! - others[i]!;
        const p = logistic(odds);
        total += share[i]! * odds - softplus(odds);
        slope[i] = share[i]! - p;
        bend[i] = p * (1 - p);
      }
      return total;
    },
  };
  return {
    terms,
    others,
    share,
    /** Fixes the other rows; `gate.isolate(k)` must have run. */
    loadOthers({ shift, others: weight }: GateRows): void {
      for (let i = 0; i < n; i++) others[i] = shift[i]! + fastLog(weight[i]!);
    },
    loadAllocations(z: Int32Array, k: number): void {
      for (let i = 0; i < n; i++) share[i] = z[i] === k ? 1 : 0;
    },
    loadShares(responsibility: Matrix, k: number): void {
      share.set(responsibility.data.subarray(k * n, (k + 1) * n));
    },
  };
}

/** Of one gate row given levels: Σ_{i ∈ members} η_i − Σ_i u_i e^(η_i). */
export function levelTerms(n: number) {
  const logLevels = new Float64Array(n);
  const isMember = new Float64Array(n);
  const rate = (i: number, eta: number): number =>
    fastExp(Math.min(eta + logLevels[i]!, LARGEST_EXPONENT));
  const terms: RowTerms = {
    rows: undefined,
    count: n,
    value(eta) {
      let total = 0;
      for (let i = 0; i < n; i++) total += isMember[i]! * eta[i]! - rate(i, eta[i]!);
      return total;
    },
    derivatives(eta, slope, bend) {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const own = rate(i, eta[i]!);
        total += isMember[i]! * eta[i]! - own;
        slope[i] = isMember[i]! - own;
        bend[i] = own;
      }
      return total;
    },
  };
  return {
    terms,
    logLevels,
    loadMembers(members: Int32Array): void {
      isMember.fill(0);
      for (const i of members) isMember[i] = 1;
    },
    /** Σ_i u_i. */
    total: (): number => logLevels.reduce((sum: number, log: number) => sum + fastExp(log), 0),
    /** Σ_i u_i e^(η_i) is below the limit. */
    isBelow(eta: Vector, limit: number): boolean {
      let sum = 0;
      for (let i = 0; i < n && sum < limit; i++) sum += rate(i, eta[i]!);
      return sum < limit;
    },
  };
}
