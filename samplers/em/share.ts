import type { State, Target } from "../../src/core/target.ts";
import type { Matrix } from "../../src/math/matrix.ts";
import type { RowWeight } from "./row-weight.ts";

/** λ stays this far from 0 and 1, so that its logarithms are numbers. */
const LEAST = 1e-10;

/**
 * The M step of the share λ of a mixture that deviates from a known density, in place: the weighted mean of what the
 * components are responsible for, drawn towards its prior by priorWeight. responsibility: times row weights, the
 * components first, then the known density.
 */
export function maximizeShare(
  { deviation }: Target,
  state: State,
  responsibility: Matrix,
  { total }: RowWeight,
  priorWeight: number,
): void {
  if (deviation === undefined) return;
  const ofMixture = total - ofKnown(state, responsibility);
  const [a, b] = [priorWeight * (deviation.a - 1), priorWeight * (deviation.b - 1)];
  const share = (ofMixture + a) / (total + a + b);
  state.deviation!.lambda[0] = Math.min(Math.max(share, LEAST), 1 - LEAST);
}

/** The derivative by logit λ; 0 where λ is at its bounds, or where there is none. */
export function shareGradient(
  { deviation }: Target,
  state: State,
  responsibility: Matrix,
  { total }: RowWeight,
  priorWeight: number,
): number {
  if (deviation === undefined) return 0;
  const lambda = state.deviation!.lambda[0]!;
  if (lambda <= LEAST || lambda >= 1 - LEAST) return 0;
  const [a, b] = [priorWeight * (deviation.a - 1), priorWeight * (deviation.b - 1)];
  return total - ofKnown(state, responsibility) + a - (total + a + b) * lambda;
}

function ofKnown({ theta }: State, { columns: n, data }: Matrix): number {
  let sum = 0;
  for (let i = theta.rows * n; i < (theta.rows + 1) * n; i++) sum += data[i]!;
  return sum;
}

/** An independent copy of where the deviation is; nothing where there is none. */
export function copyDeviation({ deviation }: State): Pick<State, "deviation"> {
  if (deviation === undefined) return {};
  const { lambda, fromKnown } = deviation;
  return { deviation: { lambda: lambda.slice(), fromKnown: fromKnown.slice() } };
}
