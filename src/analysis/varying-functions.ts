import type { CompiledVarying } from "../../models/varying/compile.ts";
import { type Layout, layoutOf, predictorOf } from "../../samplers/varying/layout.ts";
import type { Table } from "../core/data.ts";
import type { VaryingDesign } from "../core/varying.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { buildDesign } from "../data/design.ts";
import { type Standardizer, standardizeDesign, toDataScale } from "../data/standardize.ts";
import { fastExp, fastLog } from "../math/exp.ts";
import type { Vector } from "../math/matrix.ts";

/** A number that the parameters at a grid point make, on the scale that bands are made on. */
export interface VaryingFunction {
  readonly component: number;
  /** The component subtracted. */
  readonly against?: number;
  readonly part: CoefficientCurve["part"] | "probability";
  readonly term: string;
  readonly varies: boolean;
  value(theta: Vector): number;
  /** Writes the gradient (dimension). */
  gradient(theta: Vector, out: Vector): void;
}

type Compiled = Pick<CompiledVarying, "problem" | "scales">;

/** The coefficient curves of a fit, in its order, as functions of the parameters on the scale of the data. */
export function curveFunctions({ problem, scales }: Compiled): VaryingFunction[] {
  const layout = layoutOf(problem);
  const { components: K } = layout;
  const components = Array.from({ length: K }, (_, k) => k);
  const { experts, gate } = scales.standardizers;
  return [
    ...components.flatMap((k) => {
      const from = layout.first[predictorOf(layout, k, 0)]!;
      return linear(layout, problem.experts, experts, 0).map(({ weights, ...rest }) =>
        linearFunction(
          { ...rest, component: k + 1, part: "experts" },
          shiftedTo(weights, from, layout),
        ),
      );
    }),
    ...(layout.hasDispersion
      ? components.map((k) => dispersionFunction(problem.family.name, layout, k))
      : []),
    ...components.flatMap((k) =>
      linear(layout, problem.gate, gate, 2).map(({ weights, ...rest }) =>
        linearFunction({ ...rest, component: k + 1, part: "gate" }, centred(weights, k, layout)),
      ),
    ),
  ];
}

/** Differences of curves of every two components, term by term. */
export function contrastFunctions(curves: readonly VaryingFunction[]): VaryingFunction[] {
  return curves.flatMap((first) =>
    curves
      .filter(({ component, part, term }) => {
        return component > first.component && part === first.part && term === first.term;
      })
      .map((second) => difference(second, first)),
  );
}

function difference(a: VaryingFunction, b: VaryingFunction): VaryingFunction {
  return {
    ...{ component: a.component, against: b.component, part: a.part, term: a.term },
    varies: a.varies || b.varies,
    value: (theta) => a.value(theta) - b.value(theta),
    gradient(theta, out) {
      const other = new Float64Array(out.length);
      b.gradient(theta, other);
      a.gradient(theta, out);
      for (let j = 0; j < out.length; j++) out[j]! -= other[j]!;
    },
  };
}

/** Log odds of each component at each row of a table of the gate's covariates. Terms are the numbers of the rows. */
export function probabilityFunctions({ problem, scales }: Compiled, at: Table): VaryingFunction[] {
  const layout = layoutOf(problem);
  const { components: K, first, gateFrom, width, slopes } = layout;
  const { places, varyingColumns: v } = problem.gate;
  const { X } = standardizeDesign(buildDesign(scales.designs.gate, at), scales.standardizers.gate);
  const positionOf = (j: number): number => (j < v ? j : slopes[2] + j);
  const varies = width[2] > 0 && v > 0;

  function probabilities(theta: Vector, row: number): Vector {
    const logits = Float64Array.from({ length: K }, (_, k) => {
      if (k === K - 1) return 0;
      return places.reduce(
        (sum, place, j) =>
          sum + X.data[row * X.columns + place]! * theta[first[gateFrom + k]! + positionOf(j)]!,
        0,
      );
    });
    const most = Math.max(...logits);
    const total = logits.reduce((sum, value) => sum + fastExp(value - most), 0);
    return logits.map((value) => fastExp(value - most) / total);
  }

  return Array.from({ length: at.rows }, (_, row) => row).flatMap((row) =>
    Array.from(
      { length: K },
      (__, k): VaryingFunction => ({
        ...{ component: k + 1, part: "probability", term: String(row + 1), varies },
        value(theta) {
          const p = probabilities(theta, row);
          const rest = p.reduce((sum, value, l) => (l === k ? sum : sum + value), 0);
          return fastLog(p[k]!) - fastLog(rest);
        },
        gradient(theta, out) {
          out.fill(0);
          const p = probabilities(theta, row);
          const rest = p.reduce((sum, value, l) => (l === k ? sum : sum + value), 0);
          for (let l = 0; l < K - 1; l++) {
            const share = l === k ? 1 : -p[l]! / rest;
            places.forEach((place, j) => {
              out[first[gateFrom + l]! + positionOf(j)] = share * X.data[row * X.columns + place]!;
            });
          }
        },
      }),
    ),
  );
}

type Named = Pick<VaryingFunction, "component" | "part" | "term" | "varies">;

function linearFunction(named: Named, weights: Vector): VaryingFunction {
  return {
    ...named,
    value: (theta) => weights.reduce((sum, w, j) => (w === 0 ? sum : sum + w * theta[j]!), 0),
    gradient: (_theta, out) => out.set(weights),
  };
}

/** For each term of a formula the weights of the columns of one predictor. */
function linear(
  { width, slopes }: Layout,
  { terms, places, varyingColumns: v }: VaryingDesign,
  standardizer: Standardizer,
  kind: 0 | 2,
) {
  const varies = new Set(places.slice(0, v));
  const all = terms.map((term, j) => ({
    ...{ term, varies: varies.has(j) },
    weights: new Float64Array(width[kind]),
  }));
  const unit = new Float64Array(terms.length);
  places.forEach((place, j) => {
    unit.fill(0);
    unit[place] = 1;
    toDataScale(standardizer, unit, unit);
    all.forEach(({ weights }, term) => {
      weights[j < v ? j : slopes[kind] + j] = unit[term]!;
    });
  });
  return all;
}

function shiftedTo(weights: Vector, from: number, { dimension }: Layout): Vector {
  const out = new Float64Array(dimension);
  out.set(weights, from);
  return out;
}

/** Of component k relative to the mean of all. */
function centred(weights: Vector, k: number, layout: Layout): Vector {
  const { components: K, first, gateFrom, dimension } = layout;
  const out = new Float64Array(dimension);
  for (let c = 0; c < K - 1; c++) {
    const share = (c === k ? 1 : 0) - 1 / K;
    weights.forEach((w, j) => {
      out[first[gateFrom + c]! + j] = share * w;
    });
  }
  return out;
}

function dispersionFunction(family: string, layout: Layout, k: number): VaryingFunction {
  const weights = new Float64Array(layout.dimension);
  weights[layout.first[predictorOf(layout, k, 1)]!] = 1;
  const term = family === "gaussian" ? "log sd" : "log size";
  const varies = layout.values[1] > 0;
  return linearFunction({ component: k + 1, part: "dispersion", term, varies }, weights);
}
