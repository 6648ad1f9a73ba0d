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
 * Intervals between two numbers of each column of replicates (rows; columns as `componentEstimates` takes them).
 * ends: gives them for one column.
 */
export function replicateIntervals(
  target: Pick<Target, "expert" | "gate">,
  replicates: Matrix,
  ends: (values: Vector) => Interval,
): ComponentIntervals[] {
  const own = endsOf(target, replicates, ends);
  const against = endsOf(target, againstLast(target, replicates), ends);
  return own.map((component, k) => ({ ...component, gateAgainstLast: against[k]!.gate }));
}

function endsOf(
  target: Pick<Target, "expert" | "gate">,
  { rows, columns, data }: Matrix,
  ends: (values: Vector) => Interval,
): ComponentIntervals[] {
  const found = Array.from({ length: columns }, (_, j) =>
    ends(Float64Array.from({ length: rows }, (_, b) => data[b * columns + j]!)),
  );
  const covariance = matrix(columns, columns);
  const [low, high] = ([0, 1] as const).map((side) =>
    componentEstimates(target, {
      estimate: Float64Array.from(found, (interval) => interval[side]),
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
  for (let b = 0; b < rows; b++) {
    for (let at = 0; at < columns; at++) {
      const inGate = (at % stride) - (stride - gate.dimension);
      if (inGate < 0) continue;
      const last = (b + 1) * columns - gate.dimension + inGate;
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
