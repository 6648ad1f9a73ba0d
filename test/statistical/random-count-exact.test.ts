import { determinant, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { compileCount } from "../../models/counts/index.ts";
import { sampler } from "../../samplers/index.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { enumerableTarget, enumeratedCount } from "../helpers/count-enumeration.ts";
import { decide } from "../helpers/decision.ts";
import { conjugateFit } from "../helpers/enumeration.ts";
import { CONJUGATE } from "../helpers/gibbs-cases.ts";
import { posteriorMeans } from "../helpers/posterior-means.ts";
import { integrate } from "../helpers/quadrature.ts";
import { designRows, RESPONSE } from "../helpers/tiny-targets.ts";

const ROWS = 4;
const prior = compileCount({ kind: "weights", weights: [0.2, 0.5, 0.3], max: 3 });
const everyNumber = compileCount({ kind: "poisson", rate: 2, max: 4 });

describe("the numbers of experts, all and filled, have the posterior that enumeration gives", () => {
  it.each([
    ["auto", prior],
    ["reversible-jump", everyNumber],
    ["mfm", prior],
  ] as const)("by %s", (name, components) => {
    const kernel = sampler(name, {}).compile(enumerableTarget(components, ROWS));
    const observables = enumeratedCount(components, ROWS);
    const { rejected, report } = decide((seed, effort) =>
      posteriorMeans(kernel, {
        chains: 16,
        warmup: 100,
        sweeps: 1200 * effort,
        observables,
        seed,
      }),
    );
    expect(rejected, report).toBe(false);
  });

  it("with probabilities that sum to one", () => {
    const { names, expected } = enumeratedCount(prior, ROWS);
    const total = (word: string) =>
      names.reduce((sum, name, j) => (name.startsWith(word) ? sum + expected[j]! : sum), 0);
    expect(total("K =")).toBeCloseTo(1, 12);
    expect(total("K_filled =")).toBeCloseTo(1, 12);
  });
});

describe("the marginal likelihood of an expert's rows", () => {
  const { expert } = enumerableTarget(prior, ROWS);
  const y = RESPONSE.slice(0, ROWS);

  it.each([[[]], [[2]], [[0, 3]], [[0, 1, 3]], [[0, 1, 2, 3]]])(
    "of rows %j is the integral over coefficients and variance",
    (rows) => {
      const members = {
        rows: Int32Array.from(rows),
        weight: new Float64Array(rows.length).fill(1),
      };
      const claimed = expert.approximate!(members).logWeight(new Float64Array(3));
      const { logMarginal } = conjugateFit(
        { X: designRows(ROWS), y },
        (i) => rows.includes(i),
        CONJUGATE,
      );
      expect(logMarginal).toBeCloseTo(claimed, 10);
      const evidence = integrate(density(rows), 0, Number.POSITIVE_INFINITY);
      expect(Math.log(evidence)).toBeCloseTo(claimed, 8);
    },
  );

  /** p(variance) N(y; X mean, variance (I + scale X X')), the coefficients integrated out. */
  function density(rows: readonly number[]): (variance: number) => number {
    const { mean, scale, shape, rate } = CONJUGATE;
    const n = rows.length;
    const X = new Matrix(rows.map((i) => [...designRows(ROWS)[i]!]));
    const spread = n === 0 ? undefined : Matrix.eye(n).add(X.mmul(X.transpose()).mul(scale));
    const residual = Matrix.columnVector(rows.map((i, m) => y[i]! - mean * sumOf(X.getRow(m))));
    const squares =
      spread === undefined
        ? 0
        : residual.transpose().mmul(inverse(spread)).mmul(residual).get(0, 0);
    const logDeterminant = spread === undefined ? 0 : Math.log(determinant(spread));
    return (variance) =>
      Math.exp(
        shape * Math.log(rate) -
          logGamma(shape) -
          (shape + 1 + n / 2) * Math.log(variance) -
          (rate + squares / 2) / variance -
          (n / 2) * Math.log(2 * Math.PI) -
          logDeterminant / 2,
      );
  }
});

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
