import { expect, test } from "vitest";
import { waldInterval } from "../../diagnostics/component-estimates.ts";
import { type StandardErrors, standardErrors } from "../../diagnostics/standard-errors.ts";
import type { State } from "../../src/core/target.ts";
import { matrix } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import { CONJUGATE, SOFTMAX } from "../helpers/gibbs-cases.ts";
import { plainEm } from "../helpers/plain-em.ts";
import { tinyTarget } from "../helpers/tiny-targets.ts";

const ROWS = 300;
const REPLICATES = 300;
/** Two lines far apart; the rows of the gate sum to zero, as they are reported. */
const TRUTH = {
  theta: matrix(2, 3, Float64Array.of(3, 1, 0.7, -3, -0.5, 1)),
  gamma: matrix(2, 2, Float64Array.of(0.2, 0.4, -0.2, -0.4)),
};

/** Coefficients, sd and gate row of each component. */
const reported = ({ estimate, covariance, names }: StandardErrors) =>
  names.flatMap((name, at) => {
    const se = Math.sqrt(covariance.data[at * (names.length + 1)]!);
    return name.startsWith("weight") ? [] : [{ name, estimate: estimate[at]!, se }];
  });

const truths = [0, 1].flatMap((k) => [
  ...TRUTH.theta.data.subarray(3 * k, 3 * k + 3),
  ...TRUTH.gamma.data.subarray(2 * k, 2 * k + 2),
]);

const target = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: ROWS });

function replicate(seed: number): ReturnType<typeof reported> {
  const start: State = { ...TRUTH, z: new Int32Array(ROWS) };
  target.simulate(createRng(seed, 11), start);
  const errors = standardErrors(target, plainEm(target, start));
  if ("reason" in errors) throw new Error(errors.message);
  return reported(errors);
}

test("squared errors of 300 fits agree with their variances, and 95 % intervals cover", () => {
  const fits = Array.from({ length: REPLICATES }, (_, seed) => replicate(seed));
  truths.forEach((truth, j) => {
    const own = fits.map((fit) => fit[j]!);
    const excess = own.map(({ estimate, se }) => (estimate - truth) ** 2 - se ** 2);
    const mean = excess.reduce((sum, e) => sum + e, 0) / REPLICATES;
    const variance = excess.reduce((sum, e) => sum + (e - mean) ** 2, 0) / (REPLICATES - 1);
    // 10 parameters at 4 errors each: a false alarm in 1 of 1500 seeds.
    expect(Math.abs(mean), own[0]!.name).toBeLessThan(4 * Math.sqrt(variance / REPLICATES));
    const support = own[0]!.name.startsWith("sd") ? "positive" : "real";
    const covered = own.filter((one) => {
      const [low, high] = waldInterval(one, support);
      return low < truth && truth < high;
    }).length;
    const spread = Math.sqrt((0.95 * 0.05) / REPLICATES);
    expect(Math.abs(covered / REPLICATES - 0.95), own[0]!.name).toBeLessThan(4 * spread);
  });
});
