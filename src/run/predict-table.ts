import type { Column, Table } from "../core/data.ts";
import type { Vector } from "../math/matrix.ts";
import type { Predictions } from "./predict.ts";
import type { ComponentPredictions } from "./predict-components.ts";
import type { Uncertain } from "./predict-rows.ts";

type Named = readonly [name: string, values: Vector];

/**
 * Predictions as columns: mean, sd, q5, q50, q95, mean_q5, mean_q95; density, cdf, residual at the table's response and
 * density_at_2, cdf_at_2 at given values; p_component_1, p_component_1_given_y. Intervals end in _q5 and _q95.
 */
export function predictionTable(
  predictions: Predictions,
  components?: ComponentPredictions,
): Table {
  const { mean, sd, probabilities, quantiles, observed, at } = predictions;
  const named: Named[] = [
    ["mean", mean.mean],
    ["sd", sd],
    ...quantiles.map((values, j): Named => [quantileName(probabilities[j]!), values]),
    ["mean_q5", mean.q5],
    ["mean_q95", mean.q95],
    ...(observed === undefined
      ? []
      : [...atColumns(observed, ""), ["residual", observed.residual] as const]),
    ...at.flatMap((entry) => atColumns(entry, `_at_${entry.y}`)),
    ...(components?.probability ?? []).flatMap((of, k) => interval(`p_component_${k + 1}`, of)),
    ...(components?.probabilityGivenY ?? []).flatMap((of, k) =>
      interval(`p_component_${k + 1}_given_y`, of),
    ),
  ];
  const columns = named.map(([name, values]): [string, Column] => [
    name,
    { kind: "numeric", values },
  ]);
  return { rows: predictions.rows, columns: new Map(columns) };
}

/** Name of a column of quantiles: 0.05 → "q5", 0.975 → "q97.5". */
export function quantileName(p: number): string {
  return `q${Number((100 * p).toPrecision(12))}`;
}

function atColumns(
  { density, cdf }: { readonly density: Uncertain; readonly cdf: Uncertain },
  suffix: string,
): Named[] {
  return [...interval(`density${suffix}`, density), ...interval(`cdf${suffix}`, cdf)];
}

function interval(name: string, { mean, q5, q95 }: Uncertain): Named[] {
  return [
    [name, mean],
    [`${name}_q5`, q5],
    [`${name}_q95`, q95],
  ];
}
