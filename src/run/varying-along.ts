import type { CompiledVarying } from "../../models/varying/compile.ts";
import { varyingFamily } from "../../models/varying/families.ts";
import { rowModel } from "../../samplers/varying/interpolate.ts";
import type { Column, Table } from "../core/data.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { buildDesign, type DesignPlan, responseOf } from "../data/design.ts";
import { textOf } from "../data/expression.ts";
import { columnsUsed } from "../data/missing.ts";
import { columnOf } from "../data/table.ts";
import { fastExp } from "../math/exp.ts";
import { logSumExp } from "../math/log-sum-exp.ts";
import { type Matrix, matrix, type Vector } from "../math/matrix.ts";
import { columnsUsedAsLevels, hold } from "./curves-grid.ts";
import type { VaryingFit } from "./varying-fit.ts";

/** The model along its index, everything else held; plain data. */
export interface VaryingAlong {
  /** Name of the response. */
  readonly y: string;
  /** What the other columns are held at, in words; absent when there are none. */
  readonly held?: string;
  /** P(component) and E(y | component) at each grid point, one a component. */
  readonly probabilities: readonly (readonly number[])[];
  readonly means: readonly (readonly number[])[];
}

/** One row of the columns that the formulas read: their median or commonest level, and 0 for the response. */
export function heldRow({ scales, table }: CompiledVarying): { table: Table; held?: string } {
  const { experts, gate } = scales.designs;
  const used = [experts, gate].flatMap((plan) => columnsUsed(plan, "design"));
  const levels = columnsUsedAsLevels({ experts, gate });
  const columns = new Map<string, Column>();
  const words: string[] = [];
  for (const name of new Set(used)) {
    const { column, text } = hold(columnOf(table, name), levels.has(name), 1);
    columns.set(name, column);
    words.push(`${name} = ${text}`);
  }
  return {
    table: { rows: 1, columns },
    ...(words.length === 0 ? {} : { held: words.join(", ") }),
  };
}

/** Probabilities and means of the components along the index, the covariates held at `heldRow`. */
export function varyingAlong(
  compiled: CompiledVarying,
  curves: readonly Omit<CoefficientCurve, "slope">[],
): VaryingAlong {
  const { scales, model } = compiled;
  const { table, held } = heldRow(compiled);
  const points = curves[0]!.value.length;
  const predictors = (part: "experts" | "gate", plan: DesignPlan): Vector[] => {
    const { X, offset } = buildDesign(plan, table);
    return Array.from({ length: model.components }, (_, k) => {
      const own = curves.filter((one) => one.part === part && one.component === k + 1);
      return Float64Array.from({ length: points }, (_, g) =>
        own.reduce((sum, { value }, j) => sum + X.data[j]! * value[g]!, offset?.[0] ?? 0),
      );
    });
  };
  const experts = predictors("experts", scales.designs.experts);
  const { trials = Float64Array.of(1) } = buildDesign(scales.designs.experts, table);
  const family = varyingFamily(model.experts.family);
  const one = family.rows({ y: Float64Array.of(0), trials, variance: scales.variance });
  return {
    y: responseName(scales.designs.experts),
    ...(held === undefined ? {} : { held }),
    probabilities: shares(predictors("gate", scales.designs.gate)),
    means: experts.map((eta) => Array.from(eta, (at) => one.mean(0, at))),
  };
}

const responseName = ({ response }: DesignPlan): string =>
  response === undefined ? "y" : textOf(response);

function shares(levels: readonly Vector[]): number[][] {
  const at = new Float64Array(levels.length);
  const out = levels.map(({ length }) => new Array<number>(length).fill(0));
  for (let g = 0; g < levels[0]!.length; g++) {
    levels.forEach((level, k) => {
      at[k] = level[g]!;
    });
    const total = logSumExp(at);
    out.forEach((share, k) => {
      share[g] = fastExp(at[k]! - total);
    });
  }
  return out;
}

/** Rows over the index with the component that has most likely made each. */
export interface VaryingRows {
  readonly x: Vector;
  readonly y: Vector;
  /** 0-based, and its responsibility. */
  readonly expert: Int32Array;
  readonly probability: Vector;
}

/** The rows of the fit in ascending order of the index. */
export function varyingRows(compiled: CompiledVarying, fit: VaryingFit): VaryingRows {
  const { problem, order, table, scales } = compiled;
  const { low, high } = scales.index;
  const y = responseOf(scales.designs.experts, table);
  const { predict, terms, layout } = rowModel(problem);
  const grid = Float64Array.from(fit.grid, (u) => (u - low) / (high - low));
  const theta = thetaOf(fit);
  const predictors = new Float64Array(layout.predictors);
  const expert = new Int32Array(problem.n);
  const probability = new Float64Array(problem.n);
  for (let i = 0; i < problem.n; i++) {
    predict(i, grid, theta, predictors);
    terms.value(i, predictors);
    terms.responsibility.forEach((r, k) => {
      if (r <= probability[i]!) return;
      probability[i] = r;
      expert[i] = k;
    });
  }
  return {
    x: problem.u.map((u) => low + u * (high - low)),
    y: Float64Array.from(order, (i) => y[i]!),
    expert,
    probability,
  };
}

function thetaOf({ theta }: VaryingFit): Matrix {
  const out = matrix(theta.length, theta[0]!.length);
  out.data.set(theta.flat());
  return out;
}
