import type { Design, Observations, Table } from "../../../src/core/data.ts";
import { ModelError } from "../../../src/core/errors.ts";
import type { Expert } from "../../../src/core/expert.ts";
import type { FunctionsDeclaration, FunctionTerms } from "../../../src/core/functions.ts";
import type { Gate } from "../../../src/core/gate.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { type Standardizer, standardizeDesign } from "../../../src/data/standardize.ts";
import { type Matrix, matrix, type Vector } from "../../../src/math/matrix.ts";
import { normal } from "../../priors/normal.ts";
import { type IndexRange, unitIndex } from "../compile.ts";
import { varyingExpert } from "./expert.ts";
import type { ExpertShape } from "./expert-layout.ts";
import { sampledFamily } from "./families.ts";
import { type Functions, functionsOf } from "./functions.ts";
import { varyingGate } from "./gate.ts";
import { functionRows } from "./rows.ts";

/** What functions have learned from the data; plain data. */
export interface FunctionScales {
  readonly index: IndexRange;
  readonly experts: Standardizer;
  readonly gate: Standardizer;
}

/** The index on 0 … 1, and the columns that functions multiply: as sampled, also where levels are on the data's scale. */
export interface FunctionDesigns {
  readonly u: Vector;
  readonly experts: Matrix;
  readonly gate: Matrix;
}

export function functionDesigns(
  { index, experts, gate }: FunctionScales,
  raw: { readonly experts: Design; readonly gate: Design },
  table: Table,
): FunctionDesigns {
  return {
    u: unitIndex(index, table),
    experts: standardizeDesign(raw.experts, experts).X,
    gate: standardizeDesign(raw.gate, gate).X,
  };
}

/** All functions of a model at some rows. */
export interface MixtureFunctions {
  readonly expert: ExpertShape;
  readonly gate: Functions;
}

/** The functions of experts and gate over these rows. Throws a ModelError for a term that no formula has. */
export function mixtureFunctions(
  model: ModelDeclaration,
  experts: Design,
  gate: Design,
  { u, ...columns }: FunctionDesigns,
): MixtureFunctions {
  const { scale, basis, dispersion, ...varying } = declarationOf(model);
  const family = sampledFamily(model.experts.family);
  const unit = varying.unit ?? 1;
  const ofExperts = variesOf(varying.experts, experts, "experts", model.experts.formula);
  const ofGate = variesOf(varying.gate, gate, "gate", gate.terms.join(" + "));
  const ones = matrix(u.length, 1, new Float64Array(u.length).fill(1));
  const mean = functionsOf(
    functionRows(columns.experts, u, ofExperts, basis, experts.X),
    scale * unit,
  );
  const logDispersion = functionsOf(functionRows(ones, u, [dispersion], basis), scale);
  return {
    expert: {
      family,
      mean,
      ...(family.dispersion === undefined ? {} : { dispersion: logDispersion }),
    },
    gate: functionsOf(functionRows(columns.gate, u, ofGate, basis, gate.X), scale),
  };
}

/** Experts and gate whose coefficients are functions. */
export function functionMixture(
  model: ModelDeclaration,
  observations: Observations,
  gate: Design,
  designs: FunctionDesigns,
): { readonly expert: Expert; readonly gate: Gate } {
  const functions = mixtureFunctions(model, observations.design, gate, designs);
  const { prior } = model.experts;
  const gatePrior = model.gate.prior ?? normal(0, 2);
  if (prior === undefined) throw new ModelError("the model must have its priors filled in");
  checkGate(model);
  return {
    expert: varyingExpert(observations, prior, functions.expert),
    gate: varyingGate(gate.terms, functions.gate, gatePrior),
  };
}

function checkGate({ gate }: ModelDeclaration): void {
  if (gate.kind !== "softmax" || gate.baseline === "last") {
    const found = gate.kind === "softmax" ? 'baseline: "last"' : `a ${gate.kind} gate`;
    throw new ModelError(
      `sampled functions need a softmax gate with a row for each component; got ${found}; ` +
        'write softmax("~ 1") where weights depend on the index alone',
    );
  }
  if (gate.prior !== undefined && gate.prior.kind !== "normal") {
    throw new ModelError(
      `levels of sampled functions must have normal priors; the gate has ${JSON.stringify(gate.prior)}`,
    );
  }
}

/** The declaration with what a scale of 1 means for the experts, from the data where it is not given. */
export function withUnit(
  model: ModelDeclaration,
  observations: Observations,
): FunctionsDeclaration {
  const declared = declarationOf(model);
  return {
    ...declared,
    unit: declared.unit ?? sampledFamily(model.experts.family).unit(observations),
  };
}

function declarationOf({ varying }: ModelDeclaration): FunctionsDeclaration {
  if (varying === undefined) throw new ModelError("the model must say what varies with an index");
  return varying;
}

function variesOf(terms: FunctionTerms, design: Design, part: string, formula: string): boolean[] {
  const stray = terms === "all" ? undefined : terms.find((term) => !design.terms.includes(term));
  if (stray === undefined)
    return design.terms.map((term) => terms === "all" || terms.includes(term));
  throw new ModelError(
    `\`varying.${part}\` must name columns of "${formula}": ${design.terms.join(", ")}; got ${stray}`,
    { term: stray, terms: design.terms },
  );
}

/** A design with the index as one more column. */
export function withIndex(design: Design, { u }: FunctionDesigns): Design {
  const { rows, columns, data } = design.X;
  const X = matrix(rows, columns + 1);
  for (let i = 0; i < rows; i++) {
    X.data.set(data.subarray(i * columns, (i + 1) * columns), i * (columns + 1));
    X.data[i * (columns + 1) + columns] = u[i]!;
  }
  return { terms: [...design.terms, "(Index)"], X };
}
