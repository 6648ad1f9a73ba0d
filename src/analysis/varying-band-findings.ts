import type { Finding } from "../core/diagnostic.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import type { MissingBand, VaryingBand } from "./varying-band-types.ts";

const WHY: Readonly<Record<MissingBand["reason"], string>> = {
  "few-rows": "a component has fewer effective rows there than its expert has local parameters",
  "not-converged": "the local likelihood has not come to its maximum there",
  "not-definite": "minus the Hessian of the local likelihood is not positive definite there",
};

/** Where bands are missing, and why; where they rest on a few rows. */
export function bandFindings(fit: VaryingFit, bands: readonly VaryingBand[]): Finding[] {
  return [...missingBands(fit, bands), ...bandsOnFewRows(fit, bands)];
}

function missingBands({ index }: VaryingFit, bands: readonly VaryingBand[]): Finding[] {
  const reasons = Object.keys(WHY) as MissingBand["reason"][];
  return reasons.flatMap((reason): Finding[] => {
    const missing = bands.flatMap(({ missing: all = [] }) =>
      all.filter((point) => point.reason === reason),
    );
    const where = missing.map(({ u }) => u);
    if (where.length === 0) return [];
    return [
      {
        code: "no-band",
        severity: "problem",
        message: `no band at ${index.name} = ${shown(where)}: ${WHY[reason]}; take a larger bandwidth or fewer components`,
      },
    ];
  });
}

function bandsOnFewRows(fit: VaryingFit, bands: readonly VaryingBand[]): Finding[] {
  const { index } = fit;
  const alone = bands.flatMap(({ against, part, component, term, onFewRows }) => {
    if (against !== undefined || part === "probability" || onFewRows === undefined) return [];
    // The gates of two components mirror each other.
    const isPair = part === "gate" && fit.components === 2;
    if (isPair && component === 2) return [];
    return [
      `${term} of ${isPair ? "the gate" : `${NAME[part]} ${component}`} at ${index.name} = ${shown(onFewRows)}`,
    ];
  });
  if (alone.length === 0) return [];
  return [
    {
      code: "band-on-few-rows",
      severity: "note",
      message:
        `bands are more than twice as wide as their standard errors say, because a few rows make most of these: ` +
        `${alone.join("; ")}; a larger bandwidth shares them with more rows`,
    },
  ];
}

const NAME = { experts: "expert", dispersion: "expert", gate: "gate" } as const;

const shown = (points: readonly number[]): string =>
  [...new Set(points)]
    .sort((a, b) => a - b)
    .map((u) => String(Number(u.toPrecision(4))))
    .join(", ");
