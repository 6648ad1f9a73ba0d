import type { Finding } from "../core/diagnostic.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import type { VaryingBand } from "./varying-bands.ts";

/** Where bands are missing, and why. */
export function bandFindings(
  fit: VaryingFit,
  bands: readonly VaryingBand[],
  converged: readonly boolean[],
): Finding[] {
  const missing = fit.grid.filter((_, g) => bands.some(({ se }) => Number.isNaN(se[g]!)));
  const late = fit.grid.filter((_, g) => !converged[g]);
  const show = (values: readonly number[]): string =>
    values.map((u) => String(Number(u.toPrecision(4)))).join(", ");
  const found: Finding[] = [];
  if (missing.length > 0) {
    found.push({
      code: "no-band",
      severity: "problem",
      message:
        `no standard errors at ${fit.index.name} = ${show(missing)}: minus the Hessian of the local likelihood is not ` +
        "positive definite there; take a larger bandwidth or fewer components",
    });
  }
  if (late.length > 0) {
    found.push({
      code: "band-not-converged",
      severity: "problem",
      message:
        `at ${fit.index.name} = ${show(late)} local parabolas have not come to a maximum: the bands there are not to be ` +
        'read; take a larger bandwidth, or bias "none"',
    });
  }
  return found;
}
