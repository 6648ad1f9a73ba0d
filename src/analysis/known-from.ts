import type { FittedKnown } from "../core/model.ts";
import { matrix } from "../math/matrix.ts";
import type { Maximum } from "./maximum.ts";

/** The density of a maximum as a known one: for `deviated`, to ask whether other data follow this fit. */
export function knownFrom({ fitted, state, run }: Maximum): FittedKnown {
  const { compiled } = fitted;
  const theta = matrix(state.theta.rows, state.theta.columns);
  const gamma = matrix(state.gamma.rows, state.gamma.columns);
  compiled.report(state, theta, gamma);
  const [lambda] = state.deviation?.lambda ?? [];
  const { experts } = run.model;
  return {
    kind: "fitted",
    words: `the fit of ${experts.family} experts, ${experts.formula}, to ${run.data.source}`,
    model: compiled.model,
    designs: compiled.designs,
    theta: rowsOf(theta),
    gamma: rowsOf(gamma),
    ...(lambda === undefined ? {} : { lambda }),
  };
}

function rowsOf({ rows, columns, data }: ReturnType<typeof matrix>): number[][] {
  return Array.from({ length: rows }, (_, k) =>
    Array.from(data.subarray(k * columns, (k + 1) * columns)),
  );
}
