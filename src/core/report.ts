import type { Finding } from "./diagnostic.ts";

/** A Vega-Lite specification as data; one file turns it into a picture. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** A table whose cells are already worded; a column is set flush right where `align` says so. */
export interface ReportTable {
  readonly columns: readonly string[];
  readonly align: readonly ("left" | "right")[];
  readonly rows: readonly (readonly string[])[];
}

/** A picture, drawn for wide and for narrow pages; `label` says in words what it shows. */
export interface ReportChart {
  readonly wide: ChartSpec;
  readonly narrow: ChartSpec;
  readonly label: string;
}

export type ReportBlock =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "findings"; readonly findings: readonly Finding[] }
  | { readonly kind: "table"; readonly caption: string; readonly table: ReportTable }
  | { readonly kind: "chart"; readonly caption: string; readonly chart: ReportChart }
  | { readonly kind: "code"; readonly caption: string; readonly text: string };

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly ReportBlock[];
}

export interface Report {
  readonly title: string;
  /** Where the draws come from, in one line; may be empty. */
  readonly subtitle: string;
  /** One sentence in plain words. */
  readonly verdict: string;
  readonly ok: boolean;
  /** Shown right after the verdict. */
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
}
