import type { ExponentMode } from "../../../../diagnostics/losses/exponents.ts";
import type { GatedMeasure } from "../../../../diagnostics/losses/measures.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { type Rng, uniform } from "../../../../src/math/rng.ts";

/** What a variant of the loss may get wrong. */
export interface Faults {
  readonly power?: (m: number) => number;
  readonly sdForVariance?: boolean;
  readonly meanOfMasses?: boolean;
}

const norm = (x: readonly number[]) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
const minus = (a: readonly number[], b: readonly number[]) => a.map((value, c) => value - b[c]!);

/** Powers of (gate slopes, intercept, slopes, variance), written down anew. */
function powers(mode: ExponentMode, m: number): readonly number[] {
  if (mode === "exact" || m < 2) return [1, 1, 1, 1];
  if (mode === "strong") return [2, 2, 2, 2];
  return mode === "published" ? [2 * m, 2 * m, m, m] : [2, 2 * m, 2, m];
}

/** The loss at a translation of the fit, its masses scaled to the truth's total: the definition, word for word. */
export function plainVoronoi(
  fit: GatedMeasure,
  truth: GatedMeasure,
  mode: ExponentMode,
  t0: number,
  t1: readonly number[],
  faults: Faults = {},
): number {
  const spread = (sd: number | undefined) => (faults.sdForVariance ? sd! : sd! ** 2);
  const trueMass = truth.gate.map(({ intercept }) => Math.exp(intercept));
  const total = (masses: readonly number[]) => masses.reduce((a, b) => a + b, 0);
  const raw = fit.gate.map(({ intercept }) => Math.exp(intercept));
  const mass = raw.map((value) => (value * total(trueMass)) / total(raw));
  const slopes = fit.gate.map((gateRow) => minus(gateRow.slopes, t1));
  const home = fit.experts.map((expert, i) => {
    const distances = truth.experts.map((other, j) =>
      norm([
        ...minus(slopes[i]!, truth.gate[j]!.slopes),
        ...minus(expert.coefficients, other.coefficients),
        expert.sd! ** 2 - other.sd! ** 2,
      ]),
    );
    return distances.indexOf(Math.min(...distances));
  });
  let loss = 0;
  truth.experts.forEach((expert, j) => {
    const cell = [...home.keys()].filter((i) => home[i] === j);
    loss += Math.abs(total(cell.map((i) => mass[i]!)) - trueMass[j]! * Math.exp(t0));
    const m = cell.length;
    const [g, b, a, v] = (
      faults.power && m > 1 ? new Array<number>(4).fill(faults.power(m)) : powers(mode, m)
    ) as [number, number, number, number];
    for (const i of cell) {
      const error = minus(fit.experts[i]!.coefficients, expert.coefficients);
      const ofMean =
        a === b ? norm(error) ** a : Math.abs(error[0]!) ** b + norm(error.slice(1)) ** a;
      const ofSpread = Math.abs(spread(fit.experts[i]!.sd) - spread(expert.sd)) ** v;
      const ofGate = norm(minus(slopes[i]!, truth.gate[j]!.slopes)) ** g;
      const share = faults.meanOfMasses ? 1 / fit.gate.length : mass[i]!;
      loss += share * (ofGate + ofMean + ofSpread);
    }
  });
  return loss;
}

/** A measure with K atoms, q gate slopes and p slopes an expert, drawn at random. */
export function randomMeasure(rng: Rng, K: number, q: number, p: number): GatedMeasure {
  const values = (n: number) => Array.from({ length: n }, () => normal(rng));
  return {
    gate: Array.from({ length: K }, () => ({ intercept: normal(rng), slopes: values(q) })),
    experts: Array.from({ length: K }, () => ({
      coefficients: values(1 + p),
      sd: 0.3 + uniform(rng),
    })),
  };
}

/** The same density: every gate row moved by as much. */
export function translated({ gate, experts }: GatedMeasure, t0: number, t1: readonly number[]) {
  return {
    gate: gate.map(({ intercept, slopes }) => ({
      intercept: intercept + t0,
      slopes: slopes.map((value, c) => value + t1[c]!),
    })),
    experts,
  };
}

/** Atoms in another order. */
export function reordered({ gate, experts }: GatedMeasure, order: readonly number[]): GatedMeasure {
  return { gate: order.map((k) => gate[k]!), experts: order.map((k) => experts[k]!) };
}

/** How the copies of a split atom differ from it: by ± these. */
export interface Split {
  readonly gate?: number;
  readonly intercept?: number;
  readonly slope?: number;
  readonly variance?: number;
}

/** Atom k as two halves, moved apart by ± the given amounts in one gate slope, coefficients and variance. */
export function split(measure: GatedMeasure, k: number, by: Split): GatedMeasure {
  const halves = [1, -1].map((sign) => {
    const { intercept, slopes } = measure.gate[k]!;
    const { coefficients, sd } = measure.experts[k]!;
    const [b, ...a] = coefficients;
    return {
      gate: {
        intercept: intercept - Math.LN2,
        slopes: slopes.map((value) => value + sign * (by.gate ?? 0)),
      },
      expert: {
        coefficients: [
          b! + sign * (by.intercept ?? 0),
          ...a.map((value) => value + sign * (by.slope ?? 0)),
        ],
        sd: Math.sqrt(sd! ** 2 + sign * (by.variance ?? 0)),
      },
    };
  });
  const others = [...measure.gate.keys()].filter((other) => other !== k);
  const rest = reordered(measure, others);
  return {
    gate: [...rest.gate, ...halves.map(({ gate }) => gate)],
    experts: [...rest.experts, ...halves.map(({ expert }) => expert)],
  };
}

/** Two experts on a line of covariates: the truth of most tests. */
export const TRUTH: GatedMeasure = {
  gate: [
    { intercept: 0.3, slopes: [1.2] },
    { intercept: 0, slopes: [0] },
  ],
  experts: [
    { coefficients: [0.8, 1.5], sd: 0.5 },
    { coefficients: [-0.8, -1], sd: Math.SQRT1_2 },
  ],
};

/** Every expert twice, gate slopes ± t apart: all gate numerators gain the same factor cosh(t x). */
export function coshPair(measure: GatedMeasure, t: number): GatedMeasure {
  return measure.experts.reduce((out, _) => split(out, 0, { gate: t }), measure);
}
