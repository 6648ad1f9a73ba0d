import type { OneCount, WithError } from "../report/selection-input.ts";
import type { CountFit } from "./one-count.ts";

/** Every count with how far its PSIS-LOO is below the highest; rows are the same, so differences are taken row by row. */
export function withDifferences(fits: readonly CountFit[]): OneCount[] {
  const counts = fits.map(({ count }) => count);
  const known = counts.filter(({ loo }) => loo !== undefined && Number.isFinite(loo.value));
  const best = known.reduce<OneCount | undefined>(
    (kept, one) => (kept === undefined || one.loo!.value > kept.loo!.value ? one : kept),
    undefined,
  );
  if (best === undefined) return counts;
  return counts.map((one) =>
    one.loo === undefined
      ? one
      : { ...one, loo: { ...one.loo, difference: difference(one.loo, best.loo!) } },
  );
}

/** Of sums over rows: the standard error is √m times the sd of the rows' differences, scaled as the sums are. */
function difference(one: Elpd, best: Elpd): WithError {
  const value = one.value - best.value;
  const m = one.pointwise.length;
  const differences = one.pointwise.map((elpd, i) => elpd - best.pointwise[i]!);
  const total = differences.reduce((a, b) => a + b, 0);
  const mean = total / m;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / Math.max(1, m - 1);
  const scale = total === 0 ? 1 : value / total;
  return { value, se: scale * Math.sqrt(m * variance) };
}

type Elpd = Pick<NonNullable<OneCount["loo"]>, "value" | "pointwise">;
