import { logSumExp } from "../../src/math/log-sum-exp.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { conjugateFit, type Regression } from "./enumeration.ts";

type Prior = Parameters<typeof conjugateFit>[2];

/** A few rows beside a known density, one or two conjugate experts and weights Dirichlet(c, c) that no covariate moves. */
export interface DeviatedProblem {
  readonly regression: Regression;
  readonly prior: Prior;
  /** log g of each row. */
  readonly known: readonly number[];
  readonly share: { readonly a: number; readonly b: number };
  readonly components: 1 | 2;
  readonly concentration?: number;
}

/** What all (components + 1)ⁿ ways to make the rows say. */
export interface DeviatedAnswer {
  readonly logEvidence: number;
  /** E(λ | y). */
  readonly share: number;
  /** P(row i is of the known density | y). */
  readonly fromKnown: readonly number[];
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

export function enumerateDeviated(problem: DeviatedProblem): DeviatedAnswer {
  const { regression, prior, known, share, components, concentration: c = 1 } = problem;
  const n = known.length;
  const marginal = Array.from(
    { length: 2 ** n },
    (_, mask) => conjugateFit(regression, (i) => ((mask >> i) & 1) === 1, prior).logMarginal,
  );
  const ways = Array.from({ length: (components + 1) ** n }, (_, way) => {
    const counts = [0, 0, 0];
    const masks = [0, 0, 0];
    let log = -logBeta(share.a, share.b);
    for (let i = 0, rest = way; i < n; i++, rest = Math.floor(rest / (components + 1))) {
      const label = rest % (components + 1);
      counts[label]!++;
      masks[label]! += 2 ** i;
      if (label === 0) log += known[i]!;
    }
    const m = n - counts[0]!;
    log += logBeta(share.a + m, share.b + n - m) + marginal[masks[1]!]! + marginal[masks[2]!]!;
    if (components === 2) log += logBeta(c + counts[1]!, c + counts[2]!) - logBeta(c, c);
    return { log, m, mask: masks[0]! };
  });
  const logEvidence = logSumExp(Float64Array.from(ways, ({ log }) => log));
  const mean = (of: (way: (typeof ways)[number]) => number) =>
    ways.reduce((sum, way) => sum + Math.exp(way.log - logEvidence) * of(way), 0);
  return {
    logEvidence,
    share: mean(({ m }) => (share.a + m) / (share.a + share.b + n)),
    fromKnown: known.map((_, i) => mean(({ mask }) => (mask >> i) & 1)),
  };
}
