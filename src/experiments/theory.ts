import { surplusOf } from "./grid.ts";
import type { ContractionPlan, Truth } from "./plan.ts";
import { familyOf } from "./truth.ts";
import { fewestAtoms, type KnownKind, knownKind } from "./weighted-measures.ts";

/** What theory says of the power of n with which an error falls. */
export interface Theory {
  readonly slope: number;
  /** Where the literature proves a slower one than what is derived for this package. */
  readonly published?: number;
}

/** What a rate depends on. */
export interface Setting {
  /** How many experts more than the truth the fit has; undefined where their number is random. */
  readonly surplus: number | undefined;
  readonly trueK: number;
  /** Of a mixture that has the true density: fewer than `trueK` where a known density can take the place of one. */
  readonly fewest: number;
  readonly experts: "gaussian" | "tanh";
  readonly gate: "softmax" | "constant";
  readonly known: KnownKind;
}

/** The setting of a fit in a plan. */
export function settingOf(plan: ContractionPlan, truth: number, fit: number): Setting {
  const of: Truth = plan.truths[truth]!;
  return {
    surplus: surplusOf(plan.fits[fit]!, of),
    trueK: of.experts.length,
    fewest: fewestAtoms(of),
    experts: familyOf(of),
    gate: of.gate === undefined ? "constant" : "softmax",
    known: knownKind(of),
  };
}

const PARAMETRIC: Theory = { slope: -1 / 2 };
const QUARTER: Theory = { slope: -1 / 4 };

/** Errors that fall like n^(-1/2) even where the number of experts is random. */
const WHOLE = ["hellinger", "loss", "loss_mass", "loss_refined", "functional", "lambda_outside"];

/**
 * The power of n, logarithms aside, with which an error falls; undefined where theory says nothing. Over-covered cells:
 * at worst all surplus experts share one true one, m = surplus + 1; one more where an expert may vanish into a known density. Source: [nguyen2023], [nguyen2025] for `published`
 * and for curves; the others as `docs/losses.md` says.
 */
export function theoryOf(measure: string, setting: Setting): Theory | undefined {
  const { surplus, trueK, fewest, gate, known } = setting;
  if (measure === "rhat" || (surplus ?? 0) < 0) return undefined;
  if (measure === "lambda") return known === "distinguishable" ? PARAMETRIC : undefined;
  if (surplus === undefined) return WHOLE.includes(measure) ? PARAMETRIC : undefined;
  // Every true expert covered twice: slopes of a gate are then not identified.
  const identified = gate === "constant" || surplus < trueK;
  if (!identified && measure !== "functional" && measure !== "hellinger") return undefined;
  if (measure.startsWith("shared_")) {
    return ofShared(measure, setting, surplus + trueK - fewest + 1);
  }
  // An atom of the known density may vanish on the curve of what is not identified: its mass times its error falls like n^(-1/2).
  if (measure.startsWith("single_") && known === "overlapping") return QUARTER;
  return PARAMETRIC;
}

/** Errors of m atoms that share a true one. */
function ofShared(measure: string, { experts, gate }: Setting, m: number): Theory {
  if (experts === "tanh") return QUARTER;
  const r = 2 * m;
  switch (measure) {
    case "shared_gate":
      return { ...QUARTER, published: -1 / (2 * r) };
    case "shared_slopes":
      return gate === "softmax" ? { ...QUARTER, published: -1 / r } : QUARTER;
    case "shared_intercept":
      return { slope: -1 / (2 * r) };
    default:
      return { slope: -1 / r };
  }
}
