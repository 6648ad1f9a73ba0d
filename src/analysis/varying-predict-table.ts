import type { Column, Table } from "../core/data.ts";
import { fastExp } from "../math/exp.ts";
import type { Vector } from "../math/matrix.ts";
import { quantileName } from "../run/predict-table.ts";
import type { VaryingPrediction } from "./varying-predict.ts";

type Named = readonly [name: string, values: Vector];

/**
 * Predictions as columns: mean, sd, q5, q50, q95; density, cdf, residual where a row has a response; density_at_2, cdf_at_2
 * at given values; and of each component p_component_1, p_component_1_given_y, mean_component_1, sd_component_1.
 */
export function varyingPredictionTable(predicted: VaryingPrediction): Table {
  const { mean, sd, probabilities, quantiles, logDensity, cdf, residual, at, components } =
    predicted;
  const hasResponse = logDensity.some((value) => !Number.isNaN(value));
  const named: Named[] = [
    ["mean", mean],
    ["sd", sd],
    ...quantiles.map((values, j): Named => [quantileName(probabilities[j]!), values]),
    ...(hasResponse
      ? ([
          ["density", logDensity.map(fastExp)],
          ["cdf", cdf],
          ["residual", residual],
        ] as const)
      : []),
    ...at.flatMap((one): Named[] => [
      [`density_at_${one.y}`, one.density],
      [`cdf_at_${one.y}`, one.cdf],
    ]),
    ...of("p_component", "", ({ probability }) => probability),
    ...(hasResponse ? of("p_component", "_given_y", (one) => one.responsibility) : []),
    ...of("mean_component", "", (one) => one.mean),
    ...of("sd_component", "", (one) => one.sd),
  ];
  const columns = named.map(([name, values]): [string, Column] => [
    name,
    { kind: "numeric", values },
  ]);
  return { rows: predicted.rows, columns: new Map(columns) };

  function of(
    name: string,
    end: string,
    values: (one: VaryingPrediction["components"][number]) => Vector,
  ): Named[] {
    return components.map((one, k): Named => [`${name}_${k + 1}${end}`, values(one)]);
  }
}
