import type { ExpertAtom, GatedMeasure, WeightedMeasure } from "../../diagnostics/losses/index.ts";
import { type MixingMeasure, mergeAtoms } from "../../diagnostics/mixing-measure.ts";
import { fastExp } from "../math/exp.ts";
import { logSumExp } from "../math/log-sum-exp.ts";
import { type Matrix, matrix, row } from "../math/matrix.ts";
import type { TrueExpert, Truth } from "./plan.ts";
import { familyOf } from "./truth.ts";

/** The mixing measure of a fit, on the scale of the data; a constant gate has no slopes. */
export interface Fitted extends GatedMeasure {
  /** Share of the mixture beside a known density. */
  readonly lambda?: number;
}

/** Of parameters as models report them: rows of theta (coefficients, amplitude of a curve, sd), rows of gamma. */
export function fittedOf(
  truth: Pick<Truth, "experts">,
  theta: Matrix,
  gamma: Matrix,
  lambda?: number,
): Fitted {
  const isTanh = familyOf(truth) === "tanh";
  const atoms = Array.from({ length: theta.rows }, (_, k) => k);
  return {
    gate: atoms.map((k) => {
      const [intercept, ...slopes] = row(gamma, k);
      return { intercept: intercept!, slopes };
    }),
    experts: atoms.map((k) => {
      const values = [...row(theta, k)];
      const sd = values.at(-1)!;
      if (!isTanh) return { coefficients: values.slice(0, -1), sd };
      return { coefficients: [values.at(-2)!, ...values.slice(0, -2)], sd };
    }),
    ...(lambda === undefined ? {} : { lambda }),
  };
}

/** An expert as losses take it: an intercept, or the amplitude of a curve, then slopes. */
export const atomOf = ({ coefficients, amplitude, sd }: TrueExpert): Required<ExpertAtom> => ({
  coefficients: amplitude === undefined ? coefficients : [amplitude, ...coefficients],
  sd,
});

/** The weights of a constant gate. */
export function weightedOf({ gate, experts }: GatedMeasure): WeightedMeasure {
  const total = logSumExp(Float64Array.from(gate, ({ intercept }) => intercept));
  return { weights: gate.map(({ intercept }) => fastExp(intercept - total)), experts };
}

/** One atom a cell that has any: lines keep the moments of their members, curves are averaged. */
export function mergedByCell(
  fit: GatedMeasure,
  cells: readonly (readonly number[])[],
  family: "gaussian" | "tanh",
): GatedMeasure {
  const q = fit.gate[0]!.slopes.length;
  const p = fit.experts[0]!.coefficients.length;
  const other = { kind: "other", unit: 1, level: -1, gate: -1 } as const;
  const first = { kind: "level", unit: 1, level: -1, gate: -1 } as const;
  const slope = (c: number) =>
    ({ kind: "slope", unit: 1, level: 0, gate: c < q ? c + 1 : -1 }) as const;
  const coordinates = [
    ...Array.from({ length: p }, (_, j) =>
      family === "tanh" ? other : j === 0 ? first : slope(j - 1),
    ),
    { kind: "variance", unit: 2, level: -1, gate: -1 } as const,
  ];
  const groups = cells.filter((cell) => cell.length > 0);
  const { gate, expert } = mergeAtoms({ coordinates, gateLevel: 0 }, arraysOf(fit, q, p), groups);
  return {
    gate: groups.map((_, k) => {
      const [intercept, ...slopes] = row(gate, k);
      return { intercept: intercept!, slopes };
    }),
    experts: groups.map((_, k) => {
      const values = [...row(expert, k)];
      return { coefficients: values.slice(0, p), sd: Math.sqrt(values[p]!) };
    }),
  };
}

function arraysOf({ gate, experts }: GatedMeasure, q: number, p: number): MixingMeasure {
  const K = gate.length;
  const out = {
    weight: new Float64Array(K),
    gate: matrix(K, q + 1),
    expert: matrix(K, p + 1),
    scale: 1,
  };
  gate.forEach(({ intercept, slopes }, k) => {
    row(out.gate, k).set([intercept, ...slopes]);
    row(out.expert, k).set([...experts[k]!.coefficients, experts[k]!.sd! ** 2]);
  });
  return out;
}
