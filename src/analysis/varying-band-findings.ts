import type { Finding } from "../core/diagnostic.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import type { MissingBand, VaryingBand } from "./varying-band-types.ts";

const WHY: Readonly<Record<MissingBand["reason"], string>> = {
  "few-rows": "a component has fewer effective rows there than its expert has local parameters",
  "not-converged": "the local likelihood has not come to its maximum there",
  "not-definite": "minus the Hessian of the local likelihood is not positive definite there",
};

/** Where bands are missing, and why. */
export function bandFindings({ index }: VaryingFit, bands: readonly VaryingBand[]): Finding[] {
  const reasons = Object.keys(WHY) as MissingBand["reason"][];
  return reasons.flatMap((reason): Finding[] => {
    const missing = bands.flatMap(({ missing: all = [] }) =>
      all.filter((point) => point.reason === reason),
    );
    const where = [...new Set(missing.map(({ u }) => u))].sort((a, b) => a - b);
    if (where.length === 0) return [];
    const shown = where.map((u) => String(Number(u.toPrecision(4)))).join(", ");
    return [
      {
        code: "no-band",
        severity: "problem",
        message: `no band at ${index.name} = ${shown}: ${WHY[reason]}; take a larger bandwidth or fewer components`,
      },
    ];
  });
}
