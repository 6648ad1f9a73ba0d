import type { VaryingModel } from "../../models/varying.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { maximizeVarying, type VaryingFit, type VaryingOptions } from "../run/varying-fit.ts";
import { varyingFindings } from "./varying-findings.ts";

export interface VaryingAnalysis {
  readonly fit: VaryingFit;
  readonly verdict: "ok" | "problems";
  /** Problems first. */
  readonly findings: readonly Finding[];
}

/**
 * Fits coefficient functions and says what is to be known of them. Throws a ModelError, DataError or UsageError that
 * names what does not fit.
 */
export function fitVarying(
  model: VaryingModel,
  table: Table,
  options: VaryingOptions = {},
): VaryingAnalysis {
  const fit = maximizeVarying(model, table, options);
  const findings = varyingFindings(fit);
  const bad = findings.some(({ severity }) => severity === "problem");
  return { fit, verdict: bad ? "problems" : "ok", findings };
}
