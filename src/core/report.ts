import type { Finding } from "./diagnostic.ts";

/** A Vega-Lite specification as data; one file turns it into a picture. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** A table whose cells are already worded; `align` per column. */
export interface ReportTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export type ReportBlock =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "findings"; readonly findings: readonly Finding[] }
  | { readonly kind: "table"; readonly caption: string; readonly table: ReportTable }
  | { readonly kind: "chart"; readonly caption: string; readonly spec: ChartSpec }
  | { readonly kind: "code"; readonly caption: string; readonly text: string };

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly ReportBlock[];
}

export interface Report {
  readonly title: string;
  /** One sentence in plain words. */
  readonly verdict: string;
  readonly ok: boolean;
  readonly sections: readonly Section[];
}
