import {
  type ComponentEstimates,
  componentEstimates,
  type Estimate,
  type Estimates,
  waldInterval,
} from "../../diagnostics/component-estimates.ts";
import type { Support } from "../core/distribution.ts";
import type { Target } from "../core/target.ts";
import { type Matrix, matrix, type Vector } from "../math/matrix.ts";

export type Interval = readonly [number, number];
type Intervals = Readonly<Record<string, Interval>>;

/** An interval for each number of a component's estimates. */
export interface ComponentIntervals {
  readonly weight: Interval;
  readonly coefficients: Intervals;
  readonly others: Intervals;
  readonly gate: Intervals;
  readonly gateAgainstLast: Intervals;
}

/** Wald intervals, symmetric on the line onto which a parameter's support is mapped. */
export function waldIntervals(
  { expert }: Pick<Target, "expert">,
  components: readonly ComponentEstimates[],
  level: number,
): ComponentIntervals[] {
  const supports = new Map<string, Support>(
    expert.layout.map(({ name, support }) => [name, support]),
  );
  const coefficients = expert.layout.find(({ terms }) => terms !== undefined)?.support ?? "real";
  const all = (numbers: Estimates, support: (name: string) => Support): Intervals =>
    mapped(numbers, (number, name) => waldInterval(number, support(name), level));
  return components.map((component) => ({
    weight: waldInterval(component.weight, "unit", level),
    coefficients: all(component.coefficients, () => coefficients),
    others: all(component.others, (name) => supports.get(name.split(",")[0]!) ?? "real"),
    gate: all(component.gate, () => "real"),
    gateAgainstLast: all(component.gateAgainstLast, () => "real"),
  }));
}

/**
 * Intervals given in the order of the numbers (component by component: weight, theta, gate row); against: the same, with
 * gate rows less that of the last component.
 */
export function intervalsOf(
  target: Pick<Target, "expert" | "gate">,
  own: readonly Interval[],
  against: readonly Interval[],
): ComponentIntervals[] {
  const gates = assembled(target, against);
  return assembled(target, own).map((component, k) => ({
    ...component,
    gateAgainstLast: gates[k]!.gate,
  }));
}

/** Intervals of each column of replicates (a row each, in the order of the numbers); ends: those of one column. */
export function replicateIntervals(
  target: Pick<Target, "expert" | "gate">,
  replicates: Matrix,
  ends: (values: Vector) => Interval,
): ComponentIntervals[] {
  const columns = ({ rows, columns: p, data }: Matrix): Interval[] =>
    Array.from({ length: p }, (_, j) =>
      ends(Float64Array.from({ length: rows }, (_row, b) => data[b * p + j]!)),
    );
  return intervalsOf(target, columns(replicates), columns(againstLast(target, replicates)));
}

function assembled(
  target: Pick<Target, "expert" | "gate">,
  intervals: readonly Interval[],
): ComponentIntervals[] {
  const covariance = matrix(intervals.length, intervals.length);
  const [low, high] = ([0, 1] as const).map((side) =>
    componentEstimates(target, {
      estimate: Float64Array.from(intervals, (interval) => interval[side]),
      covariance,
    }),
  ) as [ComponentEstimates[], ComponentEstimates[]];
  return low.map((below, k) => between(below, high[k]!));
}

function between(low: ComponentEstimates, high: ComponentEstimates): ComponentIntervals {
  const all = (part: "coefficients" | "others" | "gate" | "gateAgainstLast"): Intervals =>
    mapped(low[part], ({ estimate }, name) => [estimate, high[part][name]!.estimate]);
  return {
    weight: [low.weight.estimate, high.weight.estimate],
    coefficients: all("coefficients"),
    others: all("others"),
    gate: all("gate"),
    gateAgainstLast: all("gateAgainstLast"),
  };
}

/** The same numbers, each gate row less that of the last component. */
function againstLast(
  { expert, gate }: Pick<Target, "expert" | "gate">,
  { rows, columns, data }: Matrix,
): Matrix {
  const out = matrix(rows, columns, data.slice());
  const stride = 1 + expert.dimension + gate.dimension;
  const numbers = Math.floor(columns / stride) * stride;
  for (let b = 0; b < rows; b++) {
    for (let at = 0; at < numbers; at++) {
      const inGate = (at % stride) - (stride - gate.dimension);
      if (inGate < 0) continue;
      const last = b * columns + numbers - gate.dimension + inGate;
      out.data[b * columns + at] = data[b * columns + at]! - data[last]!;
    }
  }
  return out;
}

function mapped<T>(
  numbers: Estimates,
  of: (number: Estimate, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, number]) => [name, of(number, name)]),
  );
}
