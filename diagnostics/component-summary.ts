import { type LabelledDraws, pooled, variable } from "../src/core/draws.ts";
import type { Block } from "../src/core/expert.ts";
import type { Target } from "../src/core/target.ts";
import { componentNames } from "../src/core/variables.ts";
import { mean, standardDeviation } from "../src/math/moments.ts";
import { quantileSorted, sorted } from "../src/math/order.ts";

/** Where one quantity of one component lies. */
export interface Estimate {
  readonly mean: number;
  readonly sd: number;
  readonly q5: number;
  readonly q25: number;
  readonly q75: number;
  readonly q95: number;
}

/** One component, on the scale of the data. */
export interface ComponentSummary {
  /** Posterior mean of its average probability over the rows. */
  readonly weight: number;
  /** By term of the expert's formula. */
  readonly coefficients: Readonly<Record<string, Estimate>>;
  /** The residual sd, where the family has one. */
  readonly sd?: Estimate;
  /** By name, the expert's other single parameters; absent where there are none. */
  readonly parameters?: Readonly<Record<string, Estimate>>;
  /** By term of the gate; empty where the component's row is held at zero. */
  readonly gate: Readonly<Record<string, Estimate>>;
}

/** A summary of each component, in the order of the labels. NaN where a draw is. */
export function componentSummary(draws: LabelledDraws, target: Target): ComponentSummary[] {
  const { layout } = target.expert;
  return Array.from({ length: target.capacity }, (_, k) => {
    const [weight, ...rest] = componentNames(target, k + 1).map((name) =>
      estimate(pooled(variable(draws, name))),
    );
    const parts = blockParts(layout, rest);
    const linear = parts.flatMap(({ block, values }) =>
      block.terms ? named(block.terms, values) : [],
    );
    const single = parts.filter(({ block }) => isSingle(block));
    const sd = single.find(({ block }) => block.moment === "sd")?.values[0];
    const others = single.filter(({ block }) => block.moment !== "sd");
    const { terms, coordinates = 0 } = target.gate;
    const gate = rest.slice(target.expert.dimension, rest.length - coordinates);
    const held = gate.every(({ mean, sd }) => mean === 0 && sd === 0);
    return {
      weight: weight!.mean,
      coefficients: Object.fromEntries(linear),
      ...(sd === undefined ? {} : { sd }),
      ...(others.length === 0 ? {} : { parameters: Object.fromEntries(others.map(byName)) }),
      gate: held ? {} : Object.fromEntries(named(terms.slice(0, gate.length), gate)),
    };
  });
}

interface BlockPart {
  readonly block: Block;
  readonly values: readonly Estimate[];
}

const isSingle = ({ size, terms, areCoordinates }: Block): boolean =>
  size === 1 && terms === undefined && areCoordinates !== true;

const byName = ({ block, values }: BlockPart): [string, Estimate] => [block.name, values[0]!];

/** The estimates of each block of theta; what follows them belongs to the gate. */
function blockParts(layout: readonly Block[], estimates: readonly Estimate[]): BlockPart[] {
  let from = 0;
  return layout.map((block) => {
    const values = estimates.slice(from, from + block.size);
    from += block.size;
    return { block, values };
  });
}

function named(terms: readonly string[], values: readonly Estimate[]): [string, Estimate][] {
  return terms.map((term, j) => [term, values[j]!]);
}

function estimate(values: Float64Array): Estimate {
  const ascending = sorted(values);
  return {
    mean: mean(values),
    sd: standardDeviation(values),
    q5: quantileSorted(ascending, 0.05),
    q25: quantileSorted(ascending, 0.25),
    q75: quantileSorted(ascending, 0.75),
    q95: quantileSorted(ascending, 0.95),
  };
}
