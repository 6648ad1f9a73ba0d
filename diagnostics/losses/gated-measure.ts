import { row } from "../../src/math/matrix.ts";
import type { MeasureSpace, MixingMeasure } from "../mixing-measure.ts";
import type { ExpertAtom, GatedMeasure } from "./measures.ts";

/**
 * The mixing measure of a draw as losses take it: covariates have mean 0 and sd 1, the intercept of
 * a predictor comes first, then its slopes, then what else an expert has. Only measures of one space
 * may be compared.
 */
export function gatedMeasure(
  { coordinates, gateLevel }: Pick<MeasureSpace, "coordinates" | "gateLevel">,
  { gate, expert, weight }: MixingMeasure,
): GatedMeasure {
  const places = (kind: string) =>
    [...coordinates.keys()].filter((c) => coordinates[c]!.kind === kind);
  const order = ["level", "slope", "other"].flatMap(places);
  const [variance] = places("variance");
  const atom = (k: number): ExpertAtom => {
    const values = row(expert, k);
    const coefficients = order.map((c) => values[c]!);
    return variance === undefined
      ? { coefficients }
      : { coefficients, sd: Math.sqrt(values[variance]!) };
  };
  return {
    gate: Array.from(weight, (_, k) => ({
      intercept: row(gate, k)[gateLevel]!,
      slopes: [...row(gate, k)].filter((_value, c) => c !== gateLevel),
    })),
    experts: Array.from(weight, (_, k) => atom(k)),
  };
}
