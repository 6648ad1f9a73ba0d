import { readFileSync } from "node:fs";
import { compile } from "../../models/compile.ts";
import { fromFormula } from "../../models/declare-from-formula.ts";
import type { EmStartNeeds } from "../../samplers/em/starts.ts";
import type { Table } from "../../src/core/data.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import type { State, Target } from "../../src/core/target.ts";
import { parseTable } from "../../src/data/parse-table.ts";
import { tableFrom } from "../../src/data/table.ts";
import { matrix } from "../../src/math/matrix.ts";
import { createRng, uniform } from "../../src/math/rng.ts";

export interface EmModel {
  readonly components: number;
  readonly family?: "gaussian" | "poisson";
  /** Whether the gate sees x. Default true. */
  readonly gated?: boolean;
  /** Default true. */
  readonly standardize?: boolean;
}

/** Two crossing lines with noise, or counts with such log means. */
export function crossingLines(seed: number, n: number, family = "gaussian") {
  const rng = createRng(seed);
  const x = Array.from({ length: n }, () => 4 * uniform(rng) - 2);
  const y = x.map((v) => {
    const noise = uniform(rng) + uniform(rng) - 1;
    const value = (uniform(rng) < 0.5 ? 2 * v : -v) + 0.5 * noise;
    return family === "poisson" ? Math.round(Math.exp(0.6 * value + 0.5)) : value;
  });
  return { x, y };
}

/** A mixture of regressions of y on x over these rows. */
export function emTarget(columns: { x: number[]; y: number[] }, model: EmModel): Target {
  return targetOf(tableFrom(columns), "y ~ x", "x", model);
}

/** The tone data, with K experts. */
export function toneTarget(model: EmModel): Target {
  const text = readFileSync("test/reference/tone.csv", "utf8");
  return targetOf(parseTable(text), "tuned ~ stretchratio", "stretchratio", model);
}

function targetOf(table: Table, formula: string, covariate: string, model: EmModel): Target {
  const { components, family = "gaussian", gated = true, standardize = true } = model;
  const declared: ModelDeclaration = fromFormula({
    formula: gated ? `${formula} | ${covariate}` : formula,
    components,
    family,
  });
  return compile({ ...declared, standardize }, table).target;
}

/** A state with these rows of theta and an even gate. */
export function stateAt({ n, gate }: Target, theta: readonly (readonly number[])[]): State {
  return {
    theta: matrix(theta.length, theta[0]!.length, Float64Array.from(theta.flat())),
    gamma: matrix(theta.length, gate.dimension),
    z: new Int32Array(n),
  };
}

/** What starts of EM on these rows need; no larger or smaller model is missing. */
export function startNeeds(columns: { x: number[]; y: number[] }, model: EmModel): EmStartNeeds {
  return needsOf((of) => emTarget(columns, of), model);
}

/** The same on the tone data. */
export const toneNeeds = (model: EmModel): EmStartNeeds => needsOf(toneTarget, model);

function needsOf(make: (model: EmModel) => Target, model: EmModel): EmStartNeeds {
  return {
    target: make(model),
    related: ({ components = model.components, constantGate }) =>
      make({ ...model, components, gated: constantGate ? false : (model.gated ?? true) }),
  };
}
