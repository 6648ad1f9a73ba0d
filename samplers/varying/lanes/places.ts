import type { Layout } from "../layout.ts";

/** What a family has to say of a row and a component: as many numbers as `ROW` names. */
const OF_FAMILY = 8;

/**
 * Vectors of a run of rows, `STRIDE` bytes from one to the next: where those of a kind begin. A bend is that of a pair of predictors.
 */
export interface Places {
  readonly predictor: number;
  readonly probability: number;
  readonly responsibility: number;
  /** Logs of weights that the probabilities are in proportion to, and the sum of these weights. */
  readonly logWeight: number;
  readonly weightSum: number;
  readonly value: number;
  readonly slope: number;
  readonly count: number;
  /** How many a row and a component have of the family's. */
  readonly ofFamily: number;
  family(k: number, which: number): number;
  bend(a: number, b: number): number;
}

export function placesOf({ components: K, predictors: P }: Layout): Places {
  const probability = P + OF_FAMILY * K;
  const slope = probability + 3 * K + 2;
  const bends = slope + P;
  return {
    predictor: 0,
    probability,
    responsibility: probability + K,
    logWeight: probability + 2 * K,
    weightSum: slope - 2,
    value: slope - 1,
    slope,
    ofFamily: OF_FAMILY,
    count: bends + (P * (P + 1)) / 2,
    family: (k, which) => P + OF_FAMILY * k + which,
    bend: (a, b) => bends + (a * (a + 1)) / 2 + b,
  };
}
