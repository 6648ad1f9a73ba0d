import { expect, it } from "vitest";
import { freeCoordinates } from "../../../diagnostics/free-coordinates.ts";
import { informationAt } from "../../../diagnostics/observed-information.ts";
import { compile } from "../../../models/compile.ts";
import { deviated, gaussian, moe, softmax } from "../../../models/index.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../../src/core/mixture.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { createRng } from "../../../src/math/rng.ts";
import { tinyResponse } from "../../helpers/tiny-targets.ts";

const rows = 10;
const table = tableFrom({
  x: Array.from({ length: rows }, (_, i) => Math.sin(3 * i)),
  y: tinyResponse(rows),
});
const { target } = compile(
  deviated({
    known: "laplace(0.3*x, 1)",
    mixture: moe({ experts: gaussian("y ~ x"), gate: softmax("~ x"), components: 2 }),
  }),
  table,
);

it.each([0, 1])(
  "gradient and curvature are those of the log density, priors %i times",
  (weight) => {
    const state = target.samplePrior(createRng(4));
    for (const k of [0, 1]) state.theta.data[k * 3 + 2] = 0.8 + 0.3 * k;
    const free = freeCoordinates(target, state);
    const scratch = mixtureScratch(target);
    const height = (point: Float64Array): number => {
      const at = free.stateAt(point);
      const likelihood = sumOutAllocation(logJoint(target, at, scratch), scratch);
      const lambda = at.deviation!.lambda[0]!;
      // Densities of log sd and logit λ.
      const jacobian =
        Math.log(at.theta.data[2]! * at.theta.data[5]!) + Math.log(lambda * (1 - lambda));
      return likelihood + weight * (target.logPrior(at) + jacobian);
    };
    const { gradient, observed } = informationAt(target, state, free, weight);
    const h = 1e-4;
    const moved = (j: number, by: number, l = j, also = 0): Float64Array => {
      const point = free.point.slice();
      point[j] = point[j]! + by;
      point[l] = point[l]! + also;
      return point;
    };
    for (let j = 0; j < free.size; j++) {
      const slope = (height(moved(j, h)) - height(moved(j, -h))) / (2 * h);
      expect(gradient[j]).toBeCloseTo(slope, 5);
      const last = free.size - 1;
      const corner = (a: number, b: number) => height(moved(j, a * h, last, b * h));
      const bend =
        j === last
          ? (corner(1, 0) - 2 * corner(0, 0) + corner(-1, 0)) / h ** 2
          : (corner(1, 1) - corner(1, -1) - corner(-1, 1) + corner(-1, -1)) / (4 * h * h);
      expect(observed.data[j * free.size + last]! + bend).toBeCloseTo(0, 3);
    }
  },
);
