import { UsageError } from "../../src/core/errors.ts";
import { matrix, row, type Vector } from "../../src/math/matrix.ts";
import { transport } from "../../src/math/transport.ts";
import {
  checkComparable,
  expertArrays,
  type GatedMeasure,
  gatedArrays,
  massesOf,
  type WeightedMeasure,
  weightArray,
} from "./measures.ts";
import { voronoiLoss } from "./voronoi-loss.ts";

/** The power of each coordinate's difference in what it costs to move an atom; the largest is at least 1. */
export interface WassersteinOrders {
  readonly gate: number;
  readonly intercept: number;
  readonly slopes: number;
  readonly variance: number;
}

/** A distance, and how it moves mass. */
export interface Wasserstein {
  readonly value: number;
  /** By how much the least cost, value^(largest order), may be lower: rounding. */
  readonly gap: number;
  /** plan[i][j]: mass that goes from fitted atom i to true atom j; all of it sums to 1. */
  readonly plan: readonly (readonly number[])[];
}

/** Atoms as weights and points, K × c. */
interface Cloud {
  readonly weight: Vector;
  readonly points: readonly Vector[];
}

function between(a: Cloud, b: Cloud, orders: Vector): Wasserstein {
  const largest = orders.reduce((most, order) => Math.max(most, order), 0);
  if (!(orders.every((order) => order > 0) && largest >= 1)) {
    throw new UsageError(
      `orders must be positive and the largest 1 or more; got ${[...orders].join(", ")}`,
    );
  }
  const cost = matrix(a.points.length, b.points.length);
  a.points.forEach((p, i) => {
    b.points.forEach((q, j) => {
      for (let c = 0; c < p.length; c++) {
        cost.data[i * cost.columns + j]! += Math.abs(p[c]! - q[c]!) ** orders[c]!;
      }
    });
  });
  const { cost: least, plan, gap } = transport(a.weight, b.weight, cost);
  const rows = Array.from(a.weight, (_, i) => [...row(plan, i)]);
  return { value: Math.max(0, least) ** (1 / largest), gap, plan: rows };
}

const cloudOf = (
  weight: Vector,
  { coefficients, variance }: ReturnType<typeof expertArrays>,
  gateSlopes?: (k: number) => Vector,
): Cloud => ({
  weight,
  points: Array.from(weight, (_, k) =>
    Float64Array.of(...(gateSlopes?.(k) ?? []), ...row(coefficients, k), variance[k]!),
  ),
});

function ordersOf(orders: WassersteinOrders, gateSlopes: number, coefficients: number): Vector {
  const slopes = new Array<number>(Math.max(0, coefficients - 1)).fill(orders.slopes);
  const gate = new Array<number>(gateSlopes).fill(orders.gate);
  const intercept = coefficients > 0 ? [orders.intercept] : [];
  return Float64Array.of(...gate, ...intercept, ...slopes, orders.variance);
}

/**
 * Generalized Wasserstein distance of two mixtures with constant weights:
 * (min over couplings of E Σ_c |θ_c − θ'_c|^κ_c)^(1 / max κ), over coefficients and variance. A
 * metric, since Σ_c |·|^κ_c to the power 1 / max κ is one. Throws a UsageError where the measures do
 * not fit. Source: [ho2022].
 */
export function mixtureWasserstein(
  fit: WeightedMeasure,
  truth: WeightedMeasure,
  orders: Omit<WassersteinOrders, "gate">,
): Wasserstein {
  const [a, b] = [expertArrays(fit.experts), expertArrays(truth.experts)];
  checkComparable(a, b);
  return between(
    cloudOf(weightArray(fit), a),
    cloudOf(weightArray(truth), b),
    ordersOf({ ...orders, gate: 1 }, 0, a.coefficients.columns),
  );
}

/**
 * The same distance of two softmax-gated mixtures, masses e^intercept as weights that sum to 1, gate
 * slopes among the coordinates, the fit first translated as the Voronoi loss of `refined` powers
 * does: an upper bound of the infimum over translations. Source: [ho2022].
 */
export function gatedWasserstein(
  fit: GatedMeasure,
  truth: GatedMeasure,
  orders: WassersteinOrders,
): Wasserstein {
  const t = voronoiLoss(fit, truth, "refined").translation.slopes;
  const [a, b] = [gatedArrays(fit), gatedArrays(truth)];
  const aligned = (k: number) => row(a.slopes, k).map((value, c) => value - t[c]!);
  return between(
    cloudOf(massesOf(a.logMass, 1), a, aligned),
    cloudOf(massesOf(b.logMass, 1), b, (k) => row(b.slopes, k)),
    ordersOf(orders, a.slopes.columns, a.coefficients.columns),
  );
}
