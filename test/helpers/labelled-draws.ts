import { compile, compileReported } from "../../models/compile.ts";
import { moe } from "../../models/moe.ts";
import type { Draws } from "../../src/core/draws.ts";
import type { SoftmaxDeclaration } from "../../src/core/model.ts";
import type { Target } from "../../src/core/target.ts";
import { componentNames } from "../../src/core/variables.ts";
import { tableFrom } from "../../src/data/table.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng, integerBelow, type Rng, uniform } from "../../src/math/rng.ts";

/** One component: intercept, slope and sd of the expert, intercept and slope of the gate. */
export type Component = readonly [number, number, number, number, number];

export const THREE: readonly Component[] = [
  [-3, 1, 0.4, 0.5, -1],
  [0, -1, 0.3, 0, 0],
  [3, 0, 0.5, -0.5, 1],
];

/** Rows with covariate in (−1, 1), drawn from components in equal numbers. */
export function rowsFrom(rng: Rng, components: readonly Component[], n: number) {
  const x = Float64Array.from({ length: n }, () => 2 * uniform(rng) - 1);
  const y = x.map((value, i) => {
    const [intercept, slope, sd] = components[i % components.length]!;
    return intercept + slope * value + sd * normal(rng);
  });
  return { x, y };
}

/** A compiled model of y ~ x | x and its target on the scale of the data. */
export function regressionTargets(
  data: { x: Float64Array; y: Float64Array },
  components: number,
  baseline: NonNullable<SoftmaxDeclaration["baseline"]> = "none",
) {
  const model = moe({
    experts: { family: "gaussian", formula: "y ~ x" },
    gate: { kind: "softmax", formula: "~ x", baseline },
    components,
  });
  const compiled = compile(model, tableFrom(data));
  const target = compileReported(compiled.model, compiled.designs, compiled.table);
  return { compiled, target };
}

/** A random order of 0 … K − 1. */
export function shuffled(rng: Rng, K: number): number[] {
  const order = Array.from({ length: K }, (_, k) => k);
  for (let k = K - 1; k > 0; k--) {
    const other = integerBelow(rng, k + 1);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}

/** Draws around the given components, each with its labels in a random order, and these orders. */
export function shuffledDraws(
  target: Target,
  components: readonly Component[],
  options: { chains: number; iterations: number; noise: number; seed: number },
): { draws: Draws; orders: number[][] } {
  const { chains, iterations, noise, seed } = options;
  const rng = createRng(seed);
  const variables = [
    "log_posterior",
    ...components.flatMap((_, k) => componentNames(target, k + 1)),
  ];
  const orders: number[][] = [];
  const drawn = Array.from({ length: chains }, (_, c) => {
    const values: number[] = [];
    for (let t = 0; t < iterations; t++) {
      const order = shuffled(rng, components.length);
      const baseline = components[order[order.length - 1]!]!;
      orders.push(order);
      values.push(-uniform(rng));
      for (const k of order) {
        const [intercept, slope, sd, ...gate] = components[k]!;
        const zero = target.gate.fixedRows === 1 ? baseline.slice(3) : [0, 0];
        values.push(k, intercept + noise * normal(rng), slope + noise * normal(rng), sd);
        values.push(gate[0]! - zero[0]!, gate[1]! - zero[1]!);
      }
    }
    return { chain: c + 1, iterations, values: Float64Array.from(values) };
  });
  return { draws: { variables, chains: drawn }, orders };
}
