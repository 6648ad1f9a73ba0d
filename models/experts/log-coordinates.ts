import type { Expert } from "../../src/core/expert.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { SmoothSteps } from "./smooth-steps.ts";

/**
 * Steps on points whose entries from `first` on are logarithms as steps on theta. A number that a step left alone keeps
 * its bits. `make` is handed a sampler of points.
 */
export function throughLogs(
  first: number,
  dimension: number,
  samplePrior: Expert["samplePrior"],
  make: (samplePoint: Expert["samplePrior"]) => SmoothSteps,
): SmoothSteps {
  const point = new Float64Array(dimension);
  const before = new Float64Array(dimension);

  function toPoint(theta: Vector, out: Vector): void {
    out.set(theta);
    for (let j = first; j < dimension; j++) out[j] = fastLog(theta[j]!);
  }

  function toTheta(theta: Vector): void {
    for (let j = 0; j < dimension; j++) {
      if (point[j] !== before[j]) theta[j] = j < first ? point[j]! : fastExp(point[j]!);
    }
  }

  function through(theta: Vector, step: () => void): void {
    toPoint(theta, point);
    before.set(point);
    step();
    toTheta(theta);
  }

  const { method, update, maximize, approximate } = make((rng, out) => {
    samplePrior(rng, out);
    toPoint(out, out);
  });

  return {
    method,
    update: (rng, theta, members) => through(theta, () => update(rng, point, members)),
    maximize: (theta, members, weight) => through(theta, () => maximize(point, members, weight)),
    approximate(members) {
      const { draw, logWeight } = approximate(members);
      return {
        draw(rng, theta) {
          const weight = draw(rng, point);
          before.fill(Number.NaN);
          toTheta(theta);
          return weight;
        },
        logWeight(theta) {
          toPoint(theta, point);
          return logWeight(point);
        },
      };
    },
  };
}
