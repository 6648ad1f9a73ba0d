import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { SamplerError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { OneCount } from "../report/selection-input.ts";
import { maximizeGrid } from "./grid.ts";
import type { SelectOptions } from "./options.ts";

/** What maximum likelihood says of 1 … max experts. */
export interface Maxima {
  of(K: number): OneCount["maximum"];
  readonly findings: readonly Finding[];
}

/** The maximum of the likelihood with each number of experts, priors left out; none where no start gets anywhere. */
export async function maximaOfCounts(
  model: ModelDeclaration,
  table: Table,
  max: number,
  { seed = 1, workers, signal }: SelectOptions,
): Promise<Maxima> {
  const components = Array.from({ length: max }, (_, k) => k + 1);
  const given = {
    seed,
    ...(workers === undefined ? {} : { workers }),
    ...(signal === undefined ? {} : { signal }),
  };
  try {
    const { summary } = await maximizeGrid([model], table, { ...given, components, folds: 0 });
    return {
      of: (K) => summary.models.find((one) => one.components === K),
      findings: summary.findings.filter(({ code }) => code !== "incomplete-rows"),
    };
  } catch (error) {
    if (!(error instanceof SamplerError)) throw error;
    const message = `The likelihood could not be maximized, so there is no AIC, BIC or ICL: ${error.message}.`;
    return {
      of: () => undefined,
      findings: [{ code: "maximum-left-out", severity: "note", message }],
    };
  }
}
