import type { Observations } from "../../src/core/data.ts";
import type { ExpertPass } from "../../src/core/row-pass.ts";
import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import type { Lanes } from "../../src/math/lanes/lanes.ts";
import { matrix, row, type Vector } from "../../src/math/matrix.ts";
import { gaussianBlock, sumsOf } from "./gaussian-block.ts";
import { gaussianLanes } from "./gaussian-lanes.ts";

/** Less of the residual squares cannot be told from rounding errors; the next pass sees what is left. */
const LEAST_SHARE = 1e-10;

/**
 * Sums of K weighted regressions in one pass. The response of each is the residual at the theta of the pass, so that
 * residual squares after the step are a difference in which little cancels.
 */
export function gaussianPass(
  observations: Observations,
  components: number,
  lanes?: Lanes,
): ExpertPass {
  const p = observations.design.X.columns;
  const stride = sumsOf(p);
  const sums = new Float64Array(components * stride);
  const ownSums = Array.from({ length: components }, (_, k) =>
    sums.subarray(k * stride, (k + 1) * stride),
  );
  const each = ownSums.map((own) => regression(p, own));
  const block =
    lanes === undefined || observations.design.offset !== undefined
      ? gaussianBlock(observations, components)
      : gaussianLanes(observations, components, lanes);
  let at = matrix(components, p + 1);

  return {
    sums,

    begin(theta) {
      at = theta;
      sums.fill(0);
      each.forEach((of, k) => {
        of.begin(row(theta, k));
      });
    },

    addLogDensity: (from, joint) => block.addLogDensity(from, at, joint),

    add(responsibility) {
      for (let k = 0; k < components; k++) block.add(k, responsibility[k]!, ownSums[k]!);
    },

    weight: (k) => each[k]!.weight(),
    gradientNorm: () => Math.max(...each.map((of) => of.gradientNorm())),
    maximize: (theta) => each.every((of, k) => of.maximize(row(theta, k))),
  };
}

/** One regression with p coefficients. */
function regression(p: number, sums: Vector) {
  const gram = sums.subarray(0, p * p);
  const cross = sums.subarray(p * p, p * p + p);
  const [weightAt, squaresAt] = [p * p + p, p * p + p + 1];
  const step = new Float64Array(p);
  let theta: Vector = step;
  const weight = (): number => sums[weightAt]!;
  const squares = (): number => sums[squaresAt]!;
  return {
    begin(at: Vector): void {
      theta = at;
    },
    weight,
    gradientNorm(): number {
      const precision = 1 / theta[p]! ** 2;
      let most = Math.abs(precision * squares() - weight());
      for (let j = 0; j < p; j++) most = Math.max(most, Math.abs(precision * cross[j]!));
      return most;
    },
    maximize(to: Vector): boolean {
      if (!cholesky(gram, p)) return false;
      step.set(cross);
      solveCholesky(gram, p, step);
      let left = squares();
      for (let j = 0; j < p; j++) {
        left -= step[j]! * cross[j]!;
        to[j] = to[j]! + step[j]!;
      }
      to[p] = Math.sqrt(Math.max(left, LEAST_SHARE * squares()) / weight());
      return true;
    },
  };
}
