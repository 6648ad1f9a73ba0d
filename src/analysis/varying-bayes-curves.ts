import type { Functions } from "../../models/varying/bayes/functions.ts";
import type { State } from "../core/target.ts";
import { type Standardizer, toDataScale } from "../data/standardize.ts";
import { fastLog } from "../math/exp.ts";
import { type Matrix, matrix, row, type Vector } from "../math/matrix.ts";
import { functionBands, type NamedFunction } from "./varying-bayes-bands.ts";
import type { RecordedFunctions } from "./varying-bayes-parts.ts";

/** Collects functions draw by draw on a grid of the unit index, and summarises them. */
export function curveCollector(
  recorded: RecordedFunctions,
  K: number,
  grid: Vector,
  draws: number,
) {
  const { functions, scales, terms } = recorded;
  const { mean, dispersion } = functions.expert;
  const p = terms.experts.length;
  const q = terms.gate.length;
  const perComponent = p + (dispersion === undefined ? 0 : 1) + q;
  const stores = Array.from({ length: K * perComponent }, () => matrix(grid.length, draws));
  const expertAt = onDataScale(mean, scales.experts, grid);
  const gateAt = onDataScale(functions.gate, scales.gate, grid);
  const logDispersion = dispersion && onDataScale(dispersion, { center: [0], scale: [1] }, grid);
  const values = Array.from({ length: K }, () => matrix(q, grid.length));
  const { low, high } = scales.index;
  const u = Array.from(grid, (at) => low + at * (high - low));
  const named = namedFunctions(recorded);
  const storeOf = (k: number, at: number): Matrix => stores[k * perComponent + at]!;
  const own = matrix(p, grid.length);
  const one = matrix(1, grid.length);
  const level = new Float64Array(dispersion?.size ?? 0);

  function keep(from: Matrix, first: number, s: number): void {
    for (let j = 0; j < from.rows; j++) {
      const store = stores[first + j]!;
      for (let g = 0; g < grid.length; g++) {
        store.data[g * draws + s] = from.data[j * grid.length + g]!;
      }
    }
  }

  return {
    add({ theta, gamma }: State, s: number): void {
      for (let k = 0; k < K; k++) {
        const first = k * perComponent;
        expertAt(row(theta, k), own);
        keep(own, first, s);
        if (logDispersion !== undefined) {
          level.set(row(theta, k).subarray(mean.size));
          level[0] = fastLog(level[0]!);
          logDispersion(level, one);
          keep(one, first + p, s);
        }
        gateAt(row(gamma, k), values[k]!);
      }
      centre(values);
      for (let k = 0; k < K; k++) keep(values[k]!, (k + 1) * perComponent - q, s);
    },

    ...functionBands({ named, u, K, storeOf, gateColumns: q }),
  };
}

/** The functions of one component, in the order in which they are collected. */
function namedFunctions({ functions, terms }: RecordedFunctions): NamedFunction[] {
  const { mean, dispersion, family } = functions.expert;
  const of = (part: NamedFunction["part"], names: readonly string[], one: Functions) =>
    names.map((term, j) => ({ part, term, varies: one.varying.includes(j) }));
  return [
    ...of("experts", terms.experts, mean),
    ...(dispersion === undefined ? [] : of("dispersion", [`log ${family.dispersion}`], dispersion)),
    ...of("gate", terms.gate, functions.gate),
  ];
}

/** A function that writes, for each term, the values of its function at the grid (terms × points). */
function onDataScale(functions: Functions, scale: Standardizer, grid: Vector) {
  const { rows, varying } = functions;
  const { terms, start, length, basis } = rows;
  const { size, width } = basis;
  const linear = new Float64Array(length);
  const moving = new Float64Array(terms);
  const values = Array.from(grid, (u) => {
    const at = new Float64Array(width);
    basis.write(u, at, 0);
    return at;
  });
  return (point: Vector, out: Matrix): void => {
    functions.toLinear(point, linear);
    values.forEach((at, g) => {
      moving.fill(0);
      for (const j of varying) {
        for (let m = 1; m <= size; m++) moving[j] = moving[j]! + linear[start[j]! + m]! * at[m]!;
      }
      toDataScale(scale, moving, moving);
      for (let j = 0; j < terms; j++) out.data[j * grid.length + g] = point[j]! + moving[j]!;
    });
  };
}

/** Subtracts the mean over the matrices. */
function centre(values: readonly Matrix[]): void {
  const size = values[0]!.data.length;
  for (let at = 0; at < size; at++) {
    const mean = values.reduce((sum, { data }) => sum + data[at]!, 0) / values.length;
    for (const { data } of values) data[at] = data[at]! - mean;
  }
}
