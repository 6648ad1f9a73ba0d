import { constant, softmax } from "../../models/declare-gate.ts";
import { compileVarying } from "../../models/varying/compile.ts";
import { type VaryingModel, type VaryingTerms, varying, varyingMoe } from "../../models/varying.ts";
import type { Table } from "../core/data.ts";
import { UsageError } from "../core/errors.ts";
import type { DesignPlan } from "../data/design.ts";
import { splitFormula } from "../data/formula.ts";

/** A varying-coefficient model in one line: "y ~ experts' terms | gate's terms". */
export interface VaryingFormula {
  readonly formula: string;
  readonly family?: string;
  readonly components: number;
  /** Column that coefficients are functions of. */
  readonly index: string;
  /** What does not vary: "expert:z", "gate:x", or all of a part: "expert", "gate". */
  readonly constant?: readonly string[];
  /** Whether each expert's sd, or size, varies; true unless said. */
  readonly dispersion?: boolean;
}

/**
 * Declares the model of a formula; a factor's name stands for all its columns. Throws a UsageError for a term that the
 * formula does not have, and whatever else does not fit the table.
 */
export function varyingFromFormula(input: VaryingFormula, table: Table): VaryingModel {
  const { formula, family = "gaussian", components, index, dispersion = true } = input;
  const parts = splitFormula(formula);
  const free = varyingMoe({
    experts: { family, formula: parts.experts },
    gate: parts.gate === undefined ? constant() : softmax(parts.gate),
    components,
    varying: varying(index, { dispersion }),
  });
  const { constant: held = [] } = input;
  if (held.length === 0) return free;
  const { designs } = compileVarying(free, table).scales;
  const named = held.map((text) => heldTerm(text, designs));
  const left = (part: Part): VaryingTerms => {
    const gone = new Set(named.flatMap((one) => (one.part === part ? one.terms : [])));
    const terms = designs[part].columns.map(({ name }) => name);
    return gone.size === 0 ? "all" : terms.filter((name) => !gone.has(name));
  };
  const { experts, gate, standardize } = free;
  const what = varying(index, { dispersion, experts: left("experts"), gate: left("gate") });
  return varyingMoe({ experts, gate, components, standardize, varying: what });
}

type Part = "experts" | "gate";

function heldTerm(
  text: string,
  designs: Readonly<Record<Part, DesignPlan>>,
): { readonly part: Part; readonly terms: readonly string[] } {
  const [, name = "", , term] = /^(experts?|gate)(:(.*))?$/.exec(text.trim()) ?? [];
  if (name === "") {
    throw new UsageError(
      `\`constant\` must name coefficients as expert:term or gate:term; got "${text}"; for example gate:x`,
      { constant: text },
    );
  }
  const part = name === "gate" ? "gate" : "experts";
  const { columns, variables, formula } = designs[part];
  const all = columns.map((column) => column.name);
  if (term === undefined) return { part, terms: all };
  const ofVariable = columns.filter(
    ({ parts }) => parts.length === 1 && variables[parts[0]!.variable]!.label === term,
  );
  const terms = all.includes(term) ? [term] : ofVariable.map((column) => column.name);
  if (terms.length > 0) return { part, terms };
  throw new UsageError(
    `\`constant\` must name terms of "${formula}": ${all.join(", ")}; got "${text}"`,
    { constant: text, terms: all },
  );
}
