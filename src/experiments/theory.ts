/** What theory says of the power of n with which an error falls. */
export interface Theory {
  readonly slope: number;
  /** Where the literature proves a slower one than what is derived for this package. */
  readonly published?: number;
}

const PARAMETRIC: Theory = { slope: -1 / 2 };

/**
 * The power of n, logarithms aside, with which an error falls where the fit has `surplus` experts
 * more than the truth (undefined: a random number) of `trueK`; undefined where theory says nothing.
 * Over-covered cells: at worst all surplus experts share one true one, m = surplus + 1. Source:
 * [nguyen2023], [nguyen2025] for `published`; the others as `docs/losses.md` says.
 */
export function theoryOf(
  measure: string,
  surplus: number | undefined,
  trueK: number,
): Theory | undefined {
  if (measure === "hellinger") return (surplus ?? 0) < 0 ? undefined : PARAMETRIC;
  if (surplus === undefined) {
    return ["loss", "loss_mass", "loss_refined", "functional"].includes(measure)
      ? PARAMETRIC
      : undefined;
  }
  // Every true expert covered twice: gate slopes are then not identified.
  const identified = surplus < trueK;
  if (surplus < 0 || (!identified && measure !== "functional")) return undefined;
  const m = surplus + 1;
  const r = 2 * m;
  switch (measure) {
    case "shared_gate":
      return { slope: -1 / 4, published: -1 / (2 * r) };
    case "shared_slopes":
      return { slope: -1 / 4, published: -1 / r };
    case "shared_intercept":
      return { slope: -1 / (2 * r) };
    case "shared_variance":
      return { slope: -1 / r };
    case "rhat":
      return undefined;
    default:
      return PARAMETRIC;
  }
}
