import type { Finding } from "../../src/core/diagnostic.ts";
import type { VariableSummary } from "../summarize.ts";
import { fewOf, rounded } from "./wording.ts";

/** For a normal variable the sd is the mad, and the mean the median. */
const LARGEST_SD = 10;
const LARGEST_SHIFT = 1;

/** Predictive means that a few draws decide: their average says little, however well the chains agree. */
export function heavyTailedMean(variables: readonly VariableSummary[]): Finding[] {
  const ruled = variables.filter(
    ({ name, mean, median, sd, mad }) =>
      name.startsWith("predictive_mean[") &&
      mad > 0 &&
      sd > LARGEST_SD * mad &&
      Math.abs(mean - median) > LARGEST_SHIFT * mad,
  );
  const [first] = ruled;
  if (first === undefined) return [];
  const message =
    `a few draws decide the posterior mean of ${fewOf(ruled.map(({ name }) => name))}: the mean of ${first.name} is ` +
    `${rounded(first.mean)}, its median ${rounded(first.median)}; an expert that few rows speak of has means as wide as ` +
    "its prior allows; read medians and quantiles instead, or give coefficients a tighter prior";
  return [{ code: "heavy-tailed-mean", severity: "problem", message }];
}
