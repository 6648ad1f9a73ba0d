import type { Target } from "../../../src/core/target.ts";
import { row } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";

/**
 * A draw of the level of the gate's rows, whose prior N(0, sd² I) makes it N(0, sd² / K). `varianceOfLevel` = sd² / K is
 * the positive control, sd² the mistake of forgetting that the level is a mean of K rows.
 */
export function translationByHand(target: Target, varianceOfLevel: number): Target {
  return {
    ...target,
    gate: {
      ...target.gate,
      translate(rng, gamma) {
        for (let j = 0; j < gamma.columns; j++) {
          let mean = 0;
          for (let k = 0; k < gamma.rows; k++) mean += row(gamma, k)[j]! / gamma.rows;
          const shift = Math.sqrt(varianceOfLevel) * normal(rng) - mean;
          for (let k = 0; k < gamma.rows; k++) row(gamma, k)[j] = row(gamma, k)[j]! + shift;
        }
      },
    },
  };
}
