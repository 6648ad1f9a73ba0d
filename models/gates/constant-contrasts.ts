import type { GateContrasts } from "../../src/core/gate.ts";
import { fastExp } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import { logGamma } from "../../src/math/stdlib.ts";

/**
 * Log ratios of Dirichlet weights w, with density ∝ Π w_k^a in these coordinates. The total of the gamma variates is
 * independent of them, and the likelihood does not depend on it.
 */
export function constantContrasts(concentration: number): GateContrasts {
  return {
    logPrior({ rows: K, data }) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += data[k]!;
      return (
        logGamma(K * concentration) -
        K * logGamma(concentration) +
        concentration * (sum - K * logSumExp(data))
      );
    },

    addDerivatives({ rows: K, data }, _, gradient, curvature) {
      const total = logSumExp(data);
      for (let k = 0; k < K - 1; k++) {
        const weight = fastExp(data[k]! - total);
        gradient[k] = gradient[k]! + concentration * (1 - K * weight);
        if (curvature === undefined) continue;
        for (let l = 0; l <= k; l++) {
          const at = k * curvature.columns + l;
          const spread = weight * ((l === k ? 1 : 0) - fastExp(data[l]! - total));
          curvature.data[at] = curvature.data[at]! + K * concentration * spread;
        }
      }
    },

    place(c, _, gamma) {
      const shift = logSumExp(gamma.data) - logSumExp(c.data);
      for (let k = 0; k < gamma.rows; k++) gamma.data[k] = c.data[k]! + shift;
    },
  };
}
