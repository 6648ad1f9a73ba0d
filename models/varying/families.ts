import type { Support } from "../../src/core/distribution.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { RowFamily, VaryingPenalty } from "../../src/core/varying.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { binomialRows } from "./binomial.ts";
import { gaussianRows } from "./gaussian.ts";
import { negativeBinomialRows } from "./negative-binomial.ts";

/** What the rows of a family are made from. */
export interface Responses {
  readonly y: Vector;
  readonly trials: Vector;
  /** Of y given the covariates, without mixture. */
  readonly variance: number;
}

export interface VaryingFamily {
  readonly response: Support;
  readonly hasDispersion: boolean;
  rows(responses: Responses): RowFamily;
  readonly penalty: VaryingPenalty;
}

/** Families whose coefficients can vary. */
export const varyingFamilies: Readonly<Record<string, VaryingFamily>> = {
  gaussian: {
    response: "real",
    hasDispersion: true,
    rows: ({ y, variance }) => gaussianRows(y, variance),
    penalty: { experts: 1e-6, gate: 0.01, dispersion: 0.001 },
  },
  binomial: {
    response: "count",
    hasDispersion: false,
    rows: ({ y, trials }) => binomialRows(y, trials),
    penalty: { experts: 0.05, gate: 0.01, dispersion: 0 },
  },
  "negative-binomial": {
    response: "count",
    hasDispersion: true,
    rows: ({ y }) => negativeBinomialRows(y),
    penalty: { experts: 0.01, gate: 0.01, dispersion: 1 },
  },
};

/** Throws a ModelError that lists the families whose coefficients can vary. */
export function varyingFamily(name: string): VaryingFamily {
  const family = varyingFamilies[name];
  if (family !== undefined) return family;
  throw new ModelError(
    `experts with varying coefficients must be of a family among ${Object.keys(varyingFamilies).join(", ")}; got ${name}`,
    { family: name },
  );
}
