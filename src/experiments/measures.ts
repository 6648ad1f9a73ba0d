import {
  functionalGateLoss,
  type GatedMeasure,
  gatedDensity,
  hellinger,
  type VoronoiLoss,
  voronoiLoss,
} from "../../diagnostics/losses/index.ts";
import { type MixingMeasure, mergeAtoms } from "../../diagnostics/mixing-measure.ts";
import { fastExp } from "../math/exp.ts";
import { type Matrix, matrix, row } from "../math/matrix.ts";
import type { Measure, Truth } from "./plan.ts";
import { covariatesOf } from "./truth.ts";

/** Numbers by name; NaN where one has no meaning for this fit. */
export type Measured = Record<string, number>;

/** Relative tolerance of means over covariates: far below what replicates differ by. */
const TOLERANCE = 1e-5;

/** Errors whose mean over draws is taken of their squares. */
export const isRootMeanSquare = (name: string): boolean =>
  name.startsWith("single_") || name.startsWith("shared_");

/** The mixing measure of parameters on the scale of the data: rows of theta (coefficients, sd), rows of gamma. */
export function measureOf(theta: Matrix, gamma: Matrix): GatedMeasure {
  const atoms = Array.from({ length: theta.rows }, (_, k) => k);
  return {
    gate: atoms.map((k) => {
      const [intercept, ...slopes] = row(gamma, k);
      return { intercept: intercept!, slopes };
    }),
    experts: atoms.map((k) => {
      const values = [...row(theta, k)];
      return { coefficients: values.slice(0, -1), sd: values.at(-1)! };
    }),
  };
}

/**
 * How far a fit is from the truth.
 * `loss`: the Voronoi loss with the powers of the literature; `loss_refined` with those derived for
 * this package; `loss_mass`, its part from the masses. `functional`: the functional gate loss.
 * `hellinger`. `single_*`, `shared_*`: root mean square errors, by mass, of the atoms that have a
 * true atom to themselves, and of those that share one. `merged`: the loss after atoms that share a
 * true atom are merged.
 */
export function measure(truth: Truth, fit: GatedMeasure, wanted: readonly Measure[]): Measured {
  const more = fit.experts.length > truth.experts.length;
  const loss = voronoiLoss(fit, truth, more ? "published" : "exact");
  const out: Measured = {};
  for (const what of wanted) Object.assign(out, measures[what]({ truth, fit, loss, more }));
  return out;
}

interface Compared {
  readonly truth: Truth;
  readonly fit: GatedMeasure;
  readonly loss: VoronoiLoss;
  /** Whether the fit has more atoms than the truth. */
  readonly more: boolean;
}

const options = { tolerance: TOLERANCE };

const measures: Readonly<Record<Measure, (of: Compared) => Measured>> = {
  loss: ({ truth, fit, loss, more }) => ({
    loss: loss.value,
    loss_mass: loss.mass,
    ...(more ? { loss_refined: voronoiLoss(fit, truth, "refined").value } : {}),
  }),
  functional: ({ truth, fit, more }) => {
    const mode = more ? "refined" : "exact";
    const { value } = functionalGateLoss(fit, truth, covariatesOf(truth), mode, options);
    return { functional: value };
  },
  hellinger: ({ truth, fit }) => {
    const { value } = hellinger(
      gatedDensity(fit),
      gatedDensity(truth),
      covariatesOf(truth),
      options,
    );
    return { hellinger: value };
  },
  parameters: ({ truth, fit, loss }) => ({
    ...coordinateErrors("single", (size) => size === 1, truth, fit, loss),
    ...coordinateErrors("shared", (size) => size > 1, truth, fit, loss),
  }),
  merged: ({ truth, fit, loss }) => ({
    merged: voronoiLoss(mergedByCell(fit, loss.cells), truth, "exact").value,
  }),
};

/** Root mean square errors by kind of coordinate, over the atoms of cells of some sizes. */
function coordinateErrors(
  group: string,
  holds: (size: number) => boolean,
  truth: Truth,
  fit: GatedMeasure,
  { cells, translation }: VoronoiLoss,
): Measured {
  const total = { gate: 0, intercept: 0, slopes: 0, variance: 0 };
  let mass = 0;
  cells.forEach((cell, j) => {
    if (!holds(cell.length)) return;
    const [b, gate] = [truth.experts[j]!, truth.gate[j]!];
    for (const i of cell) {
      const a = fit.experts[i]!;
      const weight = fastExp(fit.gate[i]!.intercept - translation.intercept);
      const aligned = fit.gate[i]!.slopes.map((slope, c) => slope - translation.slopes[c]!);
      mass += weight;
      total.gate += weight * squares(aligned, gate.slopes);
      total.intercept += weight * (a.coefficients[0]! - b.coefficients[0]!) ** 2;
      total.slopes += weight * squares(a.coefficients.slice(1), b.coefficients.slice(1));
      total.variance += weight * (a.sd! ** 2 - b.sd ** 2) ** 2;
    }
  });
  const named = Object.entries(total).map(([name, sum]) => [
    `${group}_${name}`,
    mass > 0 ? Math.sqrt(sum / mass) : Number.NaN,
  ]);
  return Object.fromEntries(named);
}

const squares = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, c) => sum + (value - b[c]!) ** 2, 0);

/** One atom a cell that has any, with the moments of its members. */
function mergedByCell(fit: GatedMeasure, cells: VoronoiLoss["cells"]): GatedMeasure {
  const q = fit.gate[0]!.slopes.length;
  const slope = (c: number) => ({ kind: "slope", unit: 1, level: 0, gate: c + 1 }) as const;
  const coordinates = [
    { kind: "level", unit: 1, level: -1, gate: -1 } as const,
    ...fit.gate[0]!.slopes.map((_, c) => slope(c)),
    { kind: "variance", unit: 2, level: -1, gate: -1 } as const,
  ];
  const groups = cells.filter((cell) => cell.length > 0);
  const { gate, expert } = mergeAtoms({ coordinates, gateLevel: 0 }, arraysOf(fit, q), groups);
  for (let k = 0; k < expert.rows; k++) {
    const values = row(expert, k);
    values[q + 1] = Math.sqrt(values[q + 1]!);
  }
  return measureOf(expert, gate);
}

function arraysOf({ gate, experts }: GatedMeasure, q: number): MixingMeasure {
  const K = gate.length;
  const out = {
    weight: new Float64Array(K),
    gate: matrix(K, q + 1),
    expert: matrix(K, q + 2),
    scale: 1,
  };
  gate.forEach(({ intercept, slopes }, k) => {
    row(out.gate, k).set([intercept, ...slopes]);
    row(out.expert, k).set([...experts[k]!.coefficients, experts[k]!.sd! ** 2]);
  });
  return out;
}
