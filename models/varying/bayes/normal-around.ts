import { solveLowerTransposed } from "../../../src/math/cholesky.ts";
import { fastLog } from "../../../src/math/exp.ts";
import type { MultivariateT } from "../../../src/math/random/multivariate-t.ts";
import { normal } from "../../../src/math/random/normal.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/** The multivariate normal in d dimensions around a mode, as a multivariate t: the limit of many degrees of freedom. */
export function normalAround(d: number): MultivariateT {
  const noise = new Float64Array(d);

  function density(L: Float64Array, squaredDistance: number): number {
    let logDeterminant = 0;
    for (let j = 0; j < d; j++) logDeterminant += fastLog(L[j * d + j]!);
    return logDeterminant - 0.5 * squaredDistance - d * HALF_LOG_2PI;
  }

  return {
    draw(rng, mode, L, out) {
      let squares = 0;
      for (let j = 0; j < d; j++) {
        noise[j] = normal(rng);
        squares += noise[j]! ** 2;
      }
      solveLowerTransposed(L, d, noise);
      for (let j = 0; j < d; j++) out[j] = mode[j]! + noise[j]!;
      return density(L, squares);
    },

    logDensity(mode, L, x) {
      let squares = 0;
      for (let j = 0; j < d; j++) {
        let entry = 0;
        for (let i = j; i < d; i++) entry += L[i * d + j]! * (x[i]! - mode[i]!);
        squares += entry * entry;
      }
      return density(L, squares);
    },
  };
}
