import type { ComponentSummary } from "../../diagnostics/component-summary.ts";
import type { CountPosterior } from "../../diagnostics/count-posterior.ts";
import type { VariableSummary } from "../../diagnostics/summarize.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { PredictiveAccuracy } from "./evidence.ts";

/** What `--json` prints and `summary.json` holds; NaN becomes null. Keys are added over time, never renamed. */
export interface Summary {
  readonly verdict: "ok" | "problems";
  readonly problems: readonly Message[];
  readonly notes: readonly Message[];
  /** Label-invariant variables of a run; every variable of foreign draws. */
  readonly variables: readonly VariableSummary[];
  /** One a component after relabelling; empty where that was refused. */
  readonly components?: readonly ComponentSummary[];
  readonly relabelling?: {
    readonly method: string;
    readonly loss: number;
    readonly refused?: string;
  };
  readonly elpd?: {
    readonly loo: {
      readonly elpd: number;
      readonly se: number;
      readonly p_loo: number;
      readonly looic: number;
      readonly worst_pareto_k: number;
      readonly bad_pareto_k: number;
    };
    readonly waic: { readonly elpd: number; readonly se: number; readonly p_waic: number };
    /** Why these numbers cannot be trusted, where chains are in different places. */
    readonly note?: string;
    /** How many rows were looked at; where these are not all, sums are scaled up to all rows. */
    readonly rows: number;
  };
  /** Where the number of experts is random: P(K | data), its Monte Carlo error, and P(K₊ | data), by number. */
  readonly posteriorK?: Readonly<Record<string, number>>;
  readonly mcseK?: Readonly<Record<string, number>>;
  readonly posteriorKplus?: Readonly<Record<string, number>>;
  readonly priorK?: Readonly<Record<string, number>>;
  /** The number of experts of the draws that `components` is about. */
  readonly componentsGiven?: number;
  readonly acceptance?: Readonly<Record<string, number>>;
  readonly timing?: { readonly seconds: number; readonly chains: readonly number[] };
  readonly seed?: number;
  readonly version: string;
}

export interface Message {
  readonly code: string;
  readonly message: string;
}

/** Findings of one severity, as the JSON shows them. */
export function messages(findings: readonly Finding[], severity: Finding["severity"]): Message[] {
  return findings
    .filter((finding) => finding.severity === severity)
    .map(({ code, message }) => ({ code, message }));
}

/** The posterior of the number of experts, keyed by number. */
export function countSummary({
  probability,
  mcse,
  filled,
  prior,
  mode,
}: CountPosterior): Pick<
  Summary,
  "posteriorK" | "mcseK" | "posteriorKplus" | "priorK" | "componentsGiven"
> {
  const keyed = (values: readonly number[]) =>
    Object.fromEntries(values.map((value, k) => [`${k + 1}`, value]));
  return {
    posteriorK: keyed(probability),
    mcseK: keyed(mcse),
    posteriorKplus: keyed(filled),
    priorK: keyed(prior),
    componentsGiven: mode,
  };
}

/** note: why the numbers cannot be trusted, if so. */
export function elpdSummary(
  { loo, waic, rows }: PredictiveAccuracy,
  note?: string,
): NonNullable<Summary["elpd"]> {
  return {
    loo: {
      elpd: loo.elpd,
      se: loo.se,
      p_loo: loo.pLoo,
      looic: loo.looic,
      worst_pareto_k: loo.paretoK.reduce((worst, k) => Math.max(worst, k), -Infinity),
      bad_pareto_k: loo.badK,
    },
    waic: { elpd: waic.elpd, se: waic.se, p_waic: waic.pWaic },
    rows: rows.length,
    ...(note === undefined ? {} : { note }),
  };
}
