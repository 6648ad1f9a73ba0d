import type {
  RowFamily,
  VaryingDesign,
  VaryingPenalty,
  VaryingProblem,
} from "../../src/core/varying.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Responses } from "./families.ts";

/** Rows in any order. */
export interface ProblemParts extends Responses {
  readonly u: Vector;
  readonly offset: Vector;
  readonly experts: VaryingDesign;
  readonly gate: VaryingDesign;
}

export interface ProblemOptions {
  readonly components: number;
  readonly rows: (responses: Responses) => RowFamily;
  readonly penalty: VaryingPenalty;
  readonly dispersionVaries: boolean;
}

/** The problem of the given rows; their index must ascend. */
export function buildProblem(
  parts: ProblemParts,
  order: Int32Array,
  options: ProblemOptions,
): VaryingProblem {
  const take = (values: Vector): Vector => rowsOf(values, 1, order);
  const { rows, ...rest } = options;
  return {
    ...rest,
    n: order.length,
    u: take(parts.u),
    offset: take(parts.offset),
    family: rows({ y: take(parts.y), trials: take(parts.trials), variance: parts.variance }),
    experts: rowsOfDesign(parts.experts, order),
    gate: rowsOfDesign(parts.gate, order),
    respond(y) {
      const all = parts.y.slice();
      order.forEach((i, at) => {
        all[i] = y[at]!;
      });
      return buildProblem({ ...parts, y: all }, order, options);
    },
    subset: (some) =>
      buildProblem(
        parts,
        some.map((i) => order[i]!),
        options,
      ),
  };
}

function rowsOfDesign(design: VaryingDesign, order: Int32Array): VaryingDesign {
  const varying = rowsOf(design.varying, design.varyingColumns, order);
  return { ...design, varying, constant: rowsOf(design.constant, design.constantColumns, order) };
}

function rowsOf(values: Vector, columns: number, order: Int32Array): Vector {
  const out = new Float64Array(order.length * columns);
  for (let j = 0; j < columns; j++) {
    for (let i = 0, to = j; i < order.length; i++, to += columns) {
      out[to] = values[order[i]! * columns + j]!;
    }
  }
  return out;
}
