import { waldInterval } from "../../diagnostics/component-estimates.ts";
import type {
  Compared,
  ComparedByName,
  ComparedComponent,
  MaximumOf,
  PosteriorOf,
} from "../../diagnostics/findings/compare-evidence.ts";
import type { Support } from "../core/distribution.ts";
import { type Draws, type LabelledDraws, pooled, variable } from "../core/draws.ts";
import type { Target } from "../core/target.ts";
import { componentNames, sortedBlocks } from "../core/variables.ts";
import type { Vector } from "../math/matrix.ts";
import { mean, standardDeviation } from "../math/moments.ts";
import { medianSorted, quantileSorted, sorted } from "../math/order.ts";

/** Of the posterior's central intervals and of Wald's. */
export const LEVEL = 0.9;

/** One number of a component: which of its parts it is in, and under which name. */
export interface Slot {
  readonly part: "weight" | "coefficients" | "others" | "gate";
  readonly label: string;
  readonly support: Support;
}

/** The numbers of a component in the order in which they are recorded. */
export function slotsOf({ expert, gate }: Target): Slot[] {
  const linear = expert.layout.find(({ terms }) => terms !== undefined);
  const theta = expert.layout.flatMap((block) =>
    Array.from({ length: block.size }, (_, j): Slot => {
      const label = block.terms?.[j] ?? String(j + 1);
      if (block === linear) return { part: "coefficients", label, support: block.support };
      const single = block.size === 1 && block.terms === undefined;
      const name = single ? block.name : `${block.name},${label}`;
      return { part: "others", label: name, support: block.support };
    }),
  );
  return [
    { part: "weight", label: "weight", support: "unit" },
    ...theta,
    ...gate.terms.map((label): Slot => ({ part: "gate", label, support: "real" })),
  ];
}

/** One parameter on both sides; without an se where it is null or not finite. */
export function compared(
  draws: Vector,
  estimate: number,
  se: number | null,
  support: Support,
): Compared {
  const posterior = posteriorOf(draws);
  const maximum = maximumOf(estimate, se, support);
  const difference = (posterior.mean - estimate) / (maximum.se ?? Number.NaN);
  return { posterior, maximum, difference: orNull(difference) };
}

function posteriorOf(draws: Vector): PosteriorOf {
  const ascending = sorted(draws);
  const [q5, q95] = [0.05, 0.95].map((p) => quantileSorted(ascending, p)) as [number, number];
  const asymmetry = (q95 + q5 - 2 * medianSorted(ascending)) / (q95 - q5);
  return {
    mean: mean(draws),
    sd: standardDeviation(draws),
    q5,
    q95,
    asymmetry: orNull(asymmetry),
  };
}

function maximumOf(estimate: number, se: number | null, support: Support): MaximumOf {
  const known = se === null || !Number.isFinite(se) ? null : se;
  const [lower, upper] =
    known === null
      ? [Number.NaN, Number.NaN]
      : waldInterval({ estimate, se: known }, support, LEVEL);
  return { estimate, se: known, lower: orNull(lower), upper: orNull(upper) };
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Of one component k and one of its numbers: estimate and se at the maximum. */
export type AtMaximum = (
  k: number,
  slot: Slot,
  j: number,
) => { readonly estimate: number; readonly se: number | null };

/** Every number of every component on both sides. */
export function comparedComponents(
  target: Target,
  labelled: LabelledDraws,
  at: AtMaximum,
): ComparedComponent[] {
  const slots = slotsOf(target);
  return Array.from({ length: target.capacity }, (_, k) => {
    const numbers = componentNames(target, k + 1).map((name, j) => {
      const { estimate, se } = at(k, slots[j]!, j);
      return compared(pooled(variable(labelled, name)), estimate, se, slots[j]!.support);
    });
    const part = (wanted: Slot["part"]): ComparedByName =>
      Object.fromEntries(
        slots.flatMap(({ part, label }, j) => (part === wanted ? [[label, numbers[j]!]] : [])),
      );
    const { sd, ...others } = part("others");
    return {
      weight: numbers[0]!,
      coefficients: part("coefficients"),
      ...(sd === undefined ? {} : { sd }),
      ...(Object.keys(others).length === 0 ? {} : { others }),
      gate: unlessHeld(part("gate")),
    };
  });
}

/** Nothing of a row that is zero on both sides. */
function unlessHeld(gate: ComparedByName): ComparedByName {
  const held = Object.values(gate).every(
    ({ posterior, maximum }) =>
      Math.abs(posterior.mean) + posterior.sd + Math.abs(maximum.estimate) < 1e-12,
  );
  return held ? {} : gate;
}

/** The positive single parameters of the experts in ascending order: labels do not matter. */
export function comparedInOrder(target: Target, draws: Draws, maximum: Draws): ComparedByName {
  const K = target.capacity;
  const entries = sortedBlocks(target).flatMap(({ name }) => {
    const ofDraws = inOrder(draws, name, K);
    const ofMaximum = inOrder(maximum, name, K);
    return ofDraws.map(
      (values, k) =>
        [
          `${name}_sorted[${k + 1}]`,
          compared(values, ofMaximum[k]![0]!, null, "positive"),
        ] as const,
    );
  });
  return Object.fromEntries(entries);
}

/** One vector a rank. */
function inOrder(draws: Draws, name: string, K: number): Vector[] {
  const columns = Array.from({ length: K }, (_, k) => pooled(variable(draws, `${name}[${k + 1}]`)));
  const out = columns.map((column) => new Float64Array(column.length));
  const values = new Float64Array(K);
  for (let s = 0; s < columns[0]!.length; s++) {
    for (let k = 0; k < K; k++) values[k] = columns[k]![s]!;
    values.sort();
    for (let k = 0; k < K; k++) out[k]![s] = values[k]!;
  }
  return out;
}
