import type { Matrix } from "../../src/math/matrix.ts";
import { quantile } from "../../src/math/order.ts";
import { normal } from "../../src/math/random/normal.ts";
import type { Rng } from "../../src/math/rng.ts";
import { semiCholesky } from "../../src/math/semi-cholesky.ts";

/**
 * The quantile of the largest |Σ_i ξ_i v_i(u)| over the grid, ξ standard normal and v the normalised influences, from
 * `draws` draws. Given the data that process is normal with the correlations given (G × G), so it is drawn from them.
 * NaN rows are skipped. Source: [chernozhukov2014].
 */
export function multiplierCritical(
  rng: Rng,
  correlation: Matrix,
  level: number,
  draws: number,
): number {
  const { rows: G } = correlation;
  const factor = new Float64Array(G * G);
  semiCholesky(correlation.data, G, factor);
  const xi = new Float64Array(G);
  const largest = new Float64Array(draws);
  for (let b = 0; b < draws; b++) {
    for (let g = 0; g < G; g++) xi[g] = normal(rng);
    let most = 0;
    for (let g = 0; g < G; g++) {
      let value = 0;
      for (let h = 0; h <= g; h++) value += factor[g * G + h]! * xi[h]!;
      most = Math.max(most, Math.abs(value));
    }
    largest[b] = most;
  }
  return quantile(largest, level);
}
