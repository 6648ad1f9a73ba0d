import type { ReportParameters } from "../../diagnostics/reported-parameters.ts";
import { standardErrors } from "../../diagnostics/standard-errors.ts";
import type { FittedComponent, MaybeEstimates } from "../report/maximum-input.ts";
import type { ComparedMaximum } from "./compare-maximum.ts";
import type { AtMaximum, Slot } from "./compare-parameters.ts";
import { hasErrors } from "./maximum-components.ts";

/**
 * Estimates and standard errors with the labels of the posterior. draw: the numbers of the maximum, component by
 * component in the posterior's order; order: which component of the maximum each is; reference: the component
 * (0-based, of the posterior) whose gate row is subtracted from all, undefined where rows are centred.
 */
export function atMaximum(
  maximum: ComparedMaximum,
  draw: readonly Float64Array[],
  order: Int32Array,
  reference: number | undefined,
): AtMaximum {
  const { components } = maximum.summary;
  const { dimension: q } = maximum.fitted.target.gate;
  const gateErrors = errorsOfGate(maximum, reference === undefined ? undefined : order[reference]!);
  const gates = draw.map((numbers) => numbers.subarray(numbers.length - q));
  const zero = Float64Array.from({ length: q }, (_, j) =>
    reference === undefined
      ? gates.reduce((sum, row) => sum + row[j]!, 0) / gates.length
      : gates[reference]![j]!,
  );
  return (k, slot, j) => {
    const from = order[k]!;
    if (slot.part !== "gate") {
      return { estimate: draw[k]![j]!, se: errorOf(components[from]!, slot) };
    }
    const at = j - (draw[k]!.length - q);
    return { estimate: gates[k]![at]! - zero[at]!, se: gateErrors(from, slot.label) };
  };
}

function errorOf(component: FittedComponent, { part, label }: Slot): number | null {
  if (part === "weight") return component.weightSe;
  if (part === "coefficients") return component.coefficients[label]?.se ?? null;
  return (label === "sd" ? component.sd : component.others?.[label])?.se ?? null;
}

/**
 * Of the gate rows of the maximum less that of `reference`, or less their mean. As they were reported where that is
 * how they were; else computed anew from the information.
 */
function errorsOfGate(maximum: ComparedMaximum, reference: number | undefined) {
  const { components, standardErrors: known } = maximum.summary;
  const { gate } = maximum.fitted.compiled.target;
  const K = components.length;
  const lookUp = (rows: readonly MaybeEstimates[]) => (k: number, term: string) =>
    rows[k]![term]?.se ?? null;
  if (reference === K - 1) return lookUp(components.map((one) => one.gateAgainstLast));
  if (reference === undefined && gate.fixedRows === 0) {
    return lookUp(components.map((one) => one.gate));
  }
  if (known.missing !== undefined) return () => null;
  const { target, report } = maximum.fitted.compiled;
  const errors = standardErrors(target, maximum.state, {
    kind: known.kind === "sandwich" ? "sandwich" : "observed",
    priorWeight: maximum.settings?.priorWeight ?? 0,
    report: against(report, reference),
  });
  if (!hasErrors(errors)) return () => null;
  return (k: number, term: string) => errors.components[k]!.gate[term]?.se ?? null;
}

/** The same with gate rows less that of a component, or less their mean. */
function against(report: ReportParameters, reference: number | undefined): ReportParameters {
  return (state, theta, gamma) => {
    report(state, theta, gamma);
    const { rows: K, columns: q, data } = gamma;
    for (let j = 0; j < q; j++) {
      let zero = reference === undefined ? 0 : data[reference * q + j]!;
      if (reference === undefined) for (let k = 0; k < K; k++) zero += data[k * q + j]! / K;
      for (let k = 0; k < K; k++) data[k * q + j] = data[k * q + j]! - zero;
    }
  };
}
