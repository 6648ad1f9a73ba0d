import type { DistributionDeclaration } from "../../src/core/distribution.ts";
import { ModelError } from "../../src/core/errors.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { normal } from "../../src/math/random/normal.ts";
import type { Rng } from "../../src/math/rng.ts";

/** γ_k ~ N(mean · 1, sd² I_q): the prior of a gate row that has exact updates. */
export interface NormalRowPrior {
  readonly mean: number;
  readonly sd: number;
  logDensity(row: Vector): number;
  sample(rng: Rng, row: Vector): void;
  /** Adds the prior precision to a q × q matrix. */
  addPrecision(matrix: Vector): void;
  /** Adds precision · mean to a vector of length q. */
  addRhs(vector: Vector): void;
  /** Gradient of the log density at a row. */
  gradient(row: Vector, out: Vector): void;
}

const LOG_SQRT_2PI = 0.5 * fastLog(2 * Math.PI);

/** The normal prior declared, for rows of length q. Throws a ModelError for another kind. */
export function normalRowPrior(declaration: DistributionDeclaration, q: number): NormalRowPrior {
  const { kind, mean = 0, sd } = declaration as { kind: string; mean?: number; sd?: number };
  if (kind !== "normal" || sd === undefined) {
    throw new ModelError(`a normal prior is needed here; got ${JSON.stringify(declaration)}`);
  }
  const precision = 1 / (sd * sd);
  const constant = -fastLog(sd) - LOG_SQRT_2PI;
  return {
    mean,
    sd,
    logDensity(row) {
      let squares = 0;
      for (let j = 0; j < q; j++) squares += (row[j]! - mean) ** 2;
      return q * constant - 0.5 * precision * squares;
    },
    sample(rng, row) {
      for (let j = 0; j < q; j++) row[j] = mean + sd * normal(rng);
    },
    addPrecision(matrix) {
      for (let j = 0; j < q; j++) matrix[j * (q + 1)] = matrix[j * (q + 1)]! + precision;
    },
    addRhs(vector) {
      for (let j = 0; j < q; j++) vector[j] = vector[j]! + precision * mean;
    },
    gradient(row, out) {
      for (let j = 0; j < q; j++) out[j] = precision * (mean - row[j]!);
    },
  };
}
