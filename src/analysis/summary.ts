import type { ComponentSummary } from "../../diagnostics/component-summary.ts";
import type { Departure } from "../../diagnostics/count-moves.ts";
import type { VariableSummary } from "../../diagnostics/summarize.ts";
import type { Finding } from "../core/diagnostic.ts";
import { row } from "../math/matrix.ts";
import type { CountReport } from "../report/input.ts";
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
  /** Row + 1 experts followed by column + 1, how often, all chains together. */
  readonly transitionsK?: readonly (readonly number[])[];
  /** Iterations, warm-up included, after which each chain left the number it started with, and reached the likeliest. */
  readonly departuresK?: readonly Departure[];
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
  transitions,
  departures,
}: CountReport): Pick<
  Summary,
  | "posteriorK"
  | "mcseK"
  | "posteriorKplus"
  | "priorK"
  | "transitionsK"
  | "departuresK"
  | "componentsGiven"
> {
  const keyed = (values: readonly number[]) =>
    Object.fromEntries(values.map((value, k) => [`${k + 1}`, value]));
  return {
    posteriorK: keyed(probability),
    mcseK: keyed(mcse),
    posteriorKplus: keyed(filled),
    priorK: keyed(prior),
    transitionsK: prior.map((_, k) => [...row(transitions, k)]),
    departuresK: departures,
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
