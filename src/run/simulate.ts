import { compile, compileReported } from "../../models/compile.ts";
import type { Column, Table } from "../core/data.ts";
import type { Draws } from "../core/draws.ts";
import { DataError, ModelError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import type { State } from "../core/target.ts";
import { type Expression, textOf } from "../data/expression.ts";
import { parseFormula } from "../data/formula.ts";
import { copy, type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import type { Rng } from "../math/rng.ts";
import { covariatesOf, type Fitted } from "./predict-rows.ts";
import { checkReplicates, type ReplicateOptions, replicate, streamOf } from "./replicate.ts";

/** A table whose response was drawn from the model, with what it was drawn from. */
export interface Simulated {
  /** The response is replaced, or added. */
  readonly table: Table;
  /** Expert parameters K × d and gate parameters K × q, on the scale of the data. */
  readonly theta: Matrix;
  readonly gamma: Matrix;
  /** The component of each row, 1-based. */
  readonly component: Int32Array;
}

/** A response for every row of the table at given parameters, on the scale of the data. */
export function simulateTable(
  rng: Rng,
  fitted: Fitted,
  table: Table,
  parameters: Pick<State, "theta" | "gamma" | "deviation">,
): Simulated {
  const { model, designs } = fitted;
  const name = responseColumn(designs.experts.response);
  const target = compileReported(model, designs, covariatesOf(fitted, table));
  const state = { ...parameters, z: new Int32Array(table.rows) };
  target.simulate(rng, state);
  return simulated(withResponse(table, name, target.expert.y), state);
}

/**
 * Draws from the prior predictive: parameters, then a response for the complete rows of the table. The table may
 * lack the response when the experts' prior is given: only default priors look at it.
 */
export function simulatePrior(
  model: ModelDeclaration,
  table: Table,
  { replicates = 1, seed = 1 }: ReplicateOptions = {},
): Simulated[] {
  checkReplicates(replicates);
  const name = responseColumn(parseFormula(model.experts.formula).response);
  const lacking = !table.columns.has(name) && model.experts.prior !== undefined;
  const given = lacking ? withResponse(table, name, new Float64Array(table.rows)) : table;
  const compiled = compile(model, given);
  const { target } = compiled;
  return Array.from({ length: replicates }, (_, r) => {
    const rng = streamOf(seed, r);
    const state = target.samplePrior(rng);
    target.simulate(rng, state);
    const theta = matrix(state.theta.rows, state.theta.columns);
    const gamma = matrix(state.gamma.rows, state.gamma.columns);
    compiled.report(state, theta, gamma);
    return simulated(withResponse(compiled.table, name, target.expert.y), {
      theta,
      gamma,
      z: state.z,
    });
  });
}

/** Draws from the posterior predictive: each table from one posterior draw, evenly spread. */
export function simulatePosterior(
  fitted: Fitted,
  draws: Draws,
  table: Table,
  { replicates = 1, seed = 1 }: ReplicateOptions = {},
): Simulated[] {
  const name = responseColumn(fitted.designs.experts.response);
  const states: State[] = [];
  const y = replicate(fitted, draws, table, { replicates, seed }, ({ theta, gamma, z }) => {
    states.push({ theta: copy(theta), gamma: copy(gamma), z: z.slice() });
  });
  return states.map((state, r) => simulated(withResponse(table, name, row(y, r)), state));
}

/**
 * The simulated table with one more column: the true component of each row. Throws a DataError where the table
 * has a column of that name. A formula with "." would take it for a covariate.
 */
export function withComponent({ table, component }: Simulated, name = "component"): Table {
  if (table.columns.has(name)) {
    throw new DataError(
      `the column for the component must be new; the table has a column "${name}"; give another name`,
      { column: name },
    );
  }
  return withColumn(table, name, Float64Array.from(component));
}

function simulated(table: Table, { theta, gamma, z }: State): Simulated {
  return { table, theta, gamma, component: z.map((k) => k + 1) };
}

/** The column that a simulated response is written to; throws a ModelError where the response is not one. */
export function responseColumn(response: Expression | undefined): string {
  if (response?.kind === "variable") return response.name;
  const found = response === undefined ? "none" : textOf(response);
  throw new ModelError(
    `the response must be a column, to be simulated; got ${found}; make a column of it first`,
  );
}

/** The table with this column of numbers, replaced or added. */
export function withResponse(table: Table, name: string, y: Vector): Table {
  return withColumn(table, name, y.slice());
}

function withColumn(table: Table, name: string, values: Vector): Table {
  const columns = new Map<string, Column>(table.columns);
  columns.set(name, { kind: "numeric", values });
  return { ...table, columns };
}
