import type { Designs } from "../../models/compile.ts";
import { trialsOf } from "../../models/varying/bayes/families.ts";
import {
  type FunctionScales,
  functionDesigns,
  type MixtureFunctions,
  mixtureFunctions,
} from "../../models/varying/bayes/mixture.ts";
import type { Design, Table } from "../core/data.ts";
import { UsageError } from "../core/errors.ts";
import type { FunctionsDeclaration } from "../core/functions.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { RowFamily } from "../core/varying.ts";
import { buildDesign, responseOf } from "../data/design.ts";
import type { Vector } from "../math/matrix.ts";

/** The functions of a run over its rows, as its recorded draws have them: levels on the scale of the data. */
export interface RecordedFunctions {
  readonly declaration: FunctionsDeclaration;
  readonly scales: FunctionScales;
  readonly functions: MixtureFunctions;
  readonly family: RowFamily;
  readonly offset: Vector | undefined;
  readonly terms: { readonly experts: readonly string[]; readonly gate: readonly string[] };
}

/** Throws a UsageError where no coefficient of the model is a function. */
export function recordedFunctions(
  model: ModelDeclaration,
  designs: Designs,
  table: Table,
): RecordedFunctions {
  const scales = designs.functions;
  if (model.varying === undefined || scales === undefined) {
    throw new UsageError(
      "the run must be one of sampleVarying; no coefficient of its model varies with an index",
    );
  }
  const experts = buildDesign(designs.experts, table);
  const gate = buildDesign(designs.gate, table);
  const seen = functionDesigns(scales, { experts, gate }, table);
  const functions = mixtureFunctions(model, experts, gate, seen);
  const y = responseOf(designs.experts, table);
  return {
    declaration: model.varying,
    scales,
    functions,
    family: functions.expert.family.rows(y, trialsIn(experts, table)),
    offset: experts.offset,
    terms: { experts: experts.terms, gate: gate.terms },
  };
}

const trialsIn = (design: Design, { rows }: Table): Vector =>
  trialsOf({ n: rows, y: new Float64Array(0), design });
