/** log p(y | K) from the draws of a run with a fixed number of experts; plain data. */
export interface RunEvidence {
  /** NaN where there is none. */
  readonly value: number;
  /** Monte Carlo standard error; 0 where the value is exact. */
  readonly se: number;
  /** Of the posterior with the density that stands in for it, between 0 and 1: the lower, the less certain. */
  readonly overlap: number;
  /** How many independent draws the estimate rests on. */
  readonly effective: number;
  /** Chains that were left out, being stuck where next to none of the posterior is. */
  readonly leftOut: number;
  /** Why it is not to be trusted, or why there is none, as a clause; absent where it is. */
  readonly unreliable?: string;
}

/** A factor of 1.6 in a ratio of evidences, at two standard errors. */
const MOST_SE = 0.25;
const LEAST_OVERLAP = 0.01;
/** With fewer the standard error is itself a guess. */
const LEAST_EFFECTIVE = 30;
/** Standard errors that two estimates may lie apart. */
const MOST_APART = 4;

/** An estimate, and why it is not to be trusted. apart: how many standard errors lie between its two halves. */
export function judged(found: Omit<RunEvidence, "unreliable">, apart = 0): RunEvidence {
  const unreliable = problem(found, apart);
  return { ...found, ...(unreliable === undefined ? {} : { unreliable }) };
}

/** No estimate, and why, as a clause. */
export const noEvidence = (unreliable: string): RunEvidence => ({
  value: Number.NaN,
  se: Number.NaN,
  overlap: Number.NaN,
  effective: Number.NaN,
  leftOut: 0,
  unreliable,
});

function problem(
  { se, overlap, effective }: Omit<RunEvidence, "unreliable">,
  apart: number,
): string | undefined {
  if (overlap < LEAST_OVERLAP) {
    return `the posterior is too unlike a normal density (overlap ${overlap.toPrecision(1)})`;
  }
  if (apart > MOST_APART) {
    return `two halves of the chains give values ${apart.toFixed(0)} standard errors apart`;
  }
  if (effective < LEAST_EFFECTIVE) {
    return `it rests on ${effective.toFixed(0)} independent draws`;
  }
  return se <= MOST_SE ? undefined : `its standard error is ${se.toFixed(2)}`;
}
