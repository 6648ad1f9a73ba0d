import type { Target } from "./target.ts";

/** Names of the quantities that do not depend on labels, recorded with every draw. `anchors`: 1-based row numbers. */
export function invariantNames(target: Target, anchors: readonly number[]): string[] {
  const fixed = typeof target.components === "number" ? target.components : 0;
  return [
    "log_likelihood",
    "log_posterior",
    "K",
    "K_filled",
    "gate_entropy",
    ...(target.deviation === undefined ? [] : ["lambda"]),
    ...sortedBlocks(target).flatMap(({ name }) => range(fixed).map((k) => `${name}_sorted[${k}]`)),
    ...anchors.map((row) => `predictive_mean[${row}]`),
    ...anchors.map((row) => `predictive_density[${row}]`),
  ];
}

/** Positions in theta of the positive scalars, whose ordered values are recorded as label-invariant. */
export function sortedBlocks(
  target: Pick<Target, "expert">,
): { readonly name: string; readonly position: number }[] {
  let start = 0;
  const found: { name: string; position: number }[] = [];
  for (const { name, size, support } of target.expert.layout) {
    if (size === 1 && support === "positive") found.push({ name, position: start });
    start += size;
  }
  return found;
}

/** Names of the variables of component k (1-based), in the order in which they are recorded: weight, theta, gate. */
export function componentNames(target: Target, k: number): string[] {
  const theta = target.expert.layout.flatMap(({ name, size, terms }) =>
    terms === undefined && size === 1
      ? [`${name}[${k}]`]
      : range(size).map((j) => `${name}[${k},${terms?.[j - 1] ?? j}]`),
  );
  return [`weight[${k}]`, ...theta, ...target.gate.terms.map((term) => `gate[${k},${term}]`)];
}

/** Every recorded variable in order: the label-invariant ones, then component by component. */
export function variableNames(target: Target, anchors: readonly number[]): string[] {
  return [
    ...invariantNames(target, anchors),
    ...range(target.capacity).flatMap((k) => componentNames(target, k)),
  ];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, j) => j + 1);
}
