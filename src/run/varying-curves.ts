import type { CompiledVarying } from "../../models/varying/compile.ts";
import { type Layout, layoutOf, predictorOf } from "../../samplers/varying/layout.ts";
import type { VaryingDesign } from "../core/varying.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { type Standardizer, toDataScale } from "../data/standardize.ts";
import { type Matrix, row, type Vector } from "../math/matrix.ts";

/** Coefficients on the scale of the data, by component and term, from parameters at the grid points. */
export function curvesOf(
  { problem, scales }: Pick<CompiledVarying, "problem" | "scales">,
  bandwidth: number,
  theta: Matrix,
): CoefficientCurve[] {
  const layout = layoutOf(problem);
  const { components: K } = layout;
  const unit = 1 / (bandwidth * (scales.index.high - scales.index.low));
  const { experts, gate } = scales.standardizers;
  const ofExperts = Array.from({ length: K }, (_, k) =>
    linear(problem.experts, experts, (g) => expertOf(layout, row(theta, g), k), theta.rows, unit),
  );
  const ofGate = Array.from({ length: K }, (_, k) =>
    linear(problem.gate, gate, (g) => gateOf(layout, row(theta, g), k), theta.rows, unit),
  );
  const named = (part: CoefficientCurve["part"], curves: readonly LinearCurve[][]) =>
    curves.flatMap((terms, k) => terms.map((curve) => ({ component: k + 1, part, ...curve })));
  return [
    ...named("experts", ofExperts),
    ...dispersions(problem.family.name, layout, theta, unit),
    ...named("gate", ofGate),
  ];
}

type LinearCurve = Omit<CoefficientCurve, "component" | "part">;

function expertOf(layout: Layout, theta: Vector, k: number): Vector {
  const from = layout.first[predictorOf(layout, k, 0)]!;
  return theta.subarray(from, from + layout.width[0]);
}

/** A component's row relative to the mean of all. */
function gateOf(
  { components: K, first, gateFrom, width }: Layout,
  theta: Vector,
  k: number,
): Vector {
  const at = (c: number, j: number): number => (c < K - 1 ? theta[first[gateFrom + c]! + j]! : 0);
  return Float64Array.from({ length: width[2] }, (_, j) => {
    let mean = 0;
    for (let c = 0; c < K; c++) mean += at(c, j) / K;
    return at(k, j) - mean;
  });
}

/** Curves of the columns in the formula's order; `at` gives values, slopes and constants at a grid point. */
function linear(
  { terms, places, varyingColumns: v }: VaryingDesign,
  standardizer: Standardizer,
  at: (g: number) => Vector,
  points: number,
  unit: number,
): LinearCurve[] {
  const varies = new Set(places.slice(0, v));
  const [value, slope] = [new Float64Array(terms.length), new Float64Array(terms.length)];
  const curves = terms.map((term, j) => ({
    ...{ term, varies: varies.has(j) },
    value: new Array<number>(points).fill(0),
    slope: new Array<number>(points).fill(0),
  }));
  for (let g = 0; g < points; g++) {
    const parameters = at(g);
    places.forEach((place, j) => {
      value[place] = parameters[j < v ? j : v + j]!;
      slope[place] = j < v ? parameters[v + j]! * unit : 0;
    });
    toDataScale(standardizer, value, value);
    toDataScale(standardizer, slope, slope);
    curves.forEach((curve, j) => {
      curve.value[g] = value[j]!;
      curve.slope[g] = slope[j]!;
    });
  }
  return curves;
}

function dispersions(
  family: string,
  layout: Layout,
  theta: Matrix,
  unit: number,
): CoefficientCurve[] {
  if (!layout.hasDispersion) return [];
  const points = Array.from({ length: theta.rows }, (_, g) => g);
  return Array.from({ length: layout.components }, (_, k) => {
    const from = layout.first[predictorOf(layout, k, 1)]!;
    return {
      ...{ component: k + 1, part: "dispersion" as const, varies: layout.values[1] > 0 },
      term: family === "gaussian" ? "log sd" : "log size",
      value: points.map((g) => row(theta, g)[from]!),
      slope: points.map((g) => (layout.slopes[1] > 0 ? row(theta, g)[from + 1]! * unit : 0)),
    };
  });
}
