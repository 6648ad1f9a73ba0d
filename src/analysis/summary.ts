import type { ComponentSummary } from "../../diagnostics/component-summary.ts";
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
