import { type Compiled, compile } from "../../models/compile.ts";
import type { Column, Table } from "../core/data.ts";
import { ModelError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { parseFormula } from "../data/formula.ts";
import { tableFrom } from "../data/table.ts";
import type { Vector } from "../math/matrix.ts";
import type { DesignColumns } from "./plan.ts";

/** A user's model on a user's design: a table per response. */
export interface OwnDesign {
  /** With a response that only fills the place of those to be simulated. */
  readonly compiled: Compiled;
  /** The design with this response. */
  withResponse(y: Vector): Table;
}

/**
 * Throws a ModelError where the response is no column of its own, or a column of the design; a
 * DataError or ModelError where model and design do not fit.
 */
export function ownDesign(model: ModelDeclaration, columns: DesignColumns): OwnDesign {
  const { response } = parseFormula(model.experts.formula);
  if (response?.kind !== "variable") {
    throw new ModelError(
      `the response must be a column, to be simulated; got the formula "${model.experts.formula}"`,
    );
  }
  const { name } = response;
  if (name in columns) {
    throw new ModelError(
      `\`design.columns\` of the plan must not hold the response "${name}": it is simulated; leave it out`,
      { column: name },
    );
  }
  const covariates = tableFrom(columns);
  const withResponse = (y: Vector): Table => {
    const column: Column = { kind: "numeric", values: y.slice() };
    return { ...covariates, columns: new Map([...covariates.columns, [name, column]]) };
  };
  // Zeros and ones are possible values of every family, and have a spread.
  const placeholder = Float64Array.from({ length: covariates.rows }, (_, i) => i % 2);
  return { compiled: compile(model, withResponse(placeholder)), withResponse };
}
