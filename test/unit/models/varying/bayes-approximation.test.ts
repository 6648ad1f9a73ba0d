import { describe, expect, it } from "vitest";
import { compile } from "../../../../models/compile.ts";
import { functionsOf } from "../../../../models/varying/bayes/functions.ts";
import { functionRows } from "../../../../models/varying/bayes/rows.ts";
import { scaleGrid } from "../../../../models/varying/bayes/scale-grid.ts";
import { meanTerms } from "../../../../models/varying/bayes/terms.ts";
import { gaussianRows } from "../../../../models/varying/gaussian.ts";
import { sampledModel } from "../../../../src/analysis/varying-bayes.ts";
import { simulateVarying } from "../../../../src/analysis/varying-simulate.ts";
import type { Members } from "../../../../src/core/data.ts";
import { matrix, type Vector } from "../../../../src/math/matrix.ts";
import { fastNormalCdf } from "../../../../src/math/normal-cdf.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../../src/math/rng.ts";
import { compileFunctions, type FunctionCase } from "../../../helpers/varying-bayes-cases.ts";

const membersOf = (...rows: number[]): Members => ({
  rows: Int32Array.from(rows),
  weight: new Float64Array(rows.length).fill(1),
});

/** Mean of the exponentials, and its standard error. */
function meanOf(count: number, draw: () => number): { mean: number; se: number } {
  let [sum, squares] = [0, 0];
  for (let t = 0; t < count; t++) {
    const value = Math.exp(draw());
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return { mean, se: Math.sqrt((squares / count - mean * mean) / count) };
}

type Estimate = ReturnType<typeof meanOf>;

/** How many standard errors two independent estimates are apart. */
const apart = (a: Estimate, b: Estimate): number =>
  Math.abs(a.mean - b.mean) / Math.hypot(a.se, b.se);

describe("the grid of scales", () => {
  const rng = createRng(11);
  const n = 40;
  const psi = 0.8;
  const u = Float64Array.from({ length: n }, () => uniform(rng));
  const noise = Float64Array.from({ length: n }, () => normal(rng));
  /** Of two terms, the second one much like the first: what one scale explains the other need not. */
  const Z = matrix(
    n,
    2,
    Float64Array.from({ length: 2 * n }, (_, c) => (c % 2 ? 1 + 0.3 * noise[c >> 1]! : 1)),
  );
  const functions = functionsOf(functionRows(Z, u, [true, true], 4), psi);
  const prior = { mean: Float64Array.of(0, 0), precision: Float64Array.of(1, 1) };
  const members = membersOf(...Array.from({ length: n }, (_, i) => i));
  const near = new Float64Array(functions.size);
  functions.varying.forEach((_, f) => {
    near[functions.scaleAt(f)] = 0.5 * psi;
  });

  /** The grid of data that bend along the first term. */
  function gridOf(bend: number) {
    const y = u.map((at) => bend * Math.sin(6 * at) + 0.3 * normal(rng));
    const s = new Float64Array(n).fill(Math.log(0.3));
    const grid = scaleGrid(functions, prior);
    grid.load(near, meanTerms(gaussianRows(y, 1), members, s, undefined));
    return grid;
  }

  /** By draws of one grid and weights of another: the prior probability that both scales are within ±psi / 4. */
  function probability(drawn: ReturnType<typeof gridOf>, weighed: ReturnType<typeof gridOf>) {
    const point = new Float64Array(functions.size);
    return meanOf(20_000, () => {
      drawn.draw(rng, point);
      const isNear = functions.varying.every(
        (_, f) => Math.abs(point[functions.scaleAt(f)]!) < psi / 4,
      );
      return isNear ? weighed.logWeight(point) : Number.NEGATIVE_INFINITY;
    });
  }
  const exact = { mean: (1 - 2 * fastNormalCdf(-0.25)) ** 2, se: 0 };

  it.each([0, 2])("weighs its draws to their prior; bend %s", (bend) => {
    const grid = gridOf(bend);
    expect(apart(probability(grid, grid), exact)).toBeLessThan(4);
  });

  it("does not do so for draws of other data", () => {
    expect(apart(probability(gridOf(2), gridOf(0)), exact)).toBeGreaterThan(8);
  });
});

const gaussian: FunctionCase = { family: "gaussian", dispersion: false, components: 2 };
const cases: Readonly<Record<string, FunctionCase>> = {
  "Gaussian experts": gaussian,
  "Gaussian experts with varying sds": { ...gaussian, dispersion: true },
  "binomial experts": { ...gaussian, family: "binomial" },
  "negative binomial experts": { ...gaussian, family: "negative-binomial", dispersion: true },
};

describe("what draws from the approximation weigh", () => {
  const rng = createRng(12);
  const own = membersOf(1, 3, 4, 6);
  const others = membersOf(0, 5, 7);

  it.each(Object.entries(cases))("is on average the marginal likelihood with %s", (_, tiny) => {
    const { expert } = compileFunctions(tiny).target;
    const theta = new Float64Array(expert.dimension);
    const density = new Float64Array(8);
    const fromPrior = meanOf(60_000, () => {
      expert.samplePrior(rng, theta);
      expert.logDensity(theta, density);
      return own.rows.reduce((sum, i) => sum + density[i]!, 0);
    });
    const { draw, logWeight } = expert.approximate!(own);
    const drawn = meanOf(4000, () => draw(rng, theta));
    expect(logWeight(theta)).toBeCloseTo(logWeight(theta.slice()), 12);
    expect(apart(drawn, fromPrior)).toBeLessThan(4);
    // Four standard errors are 40 % at most: a factor forgotten shows.
    expect(drawn.se / drawn.mean).toBeLessThan(0.1);
  });

  it("is what the same parameters weigh", () => {
    for (const tiny of Object.values(cases)) {
      const { expert } = compileFunctions(tiny).target;
      const theta = new Float64Array(expert.dimension);
      const { draw, logWeight } = expert.approximate!(own);
      const weight = draw(rng, theta);
      expect(logWeight(theta)).toBeCloseTo(weight, 9);
      expect(expert.approximate!(others).logWeight(theta)).not.toBeCloseTo(weight, 3);
    }
  });

  it("is on average the integral of a gate row's density given levels", () => {
    const { gate } = compileFunctions(gaussian).target;
    const given = gate.givenLevels!;
    const row = new Float64Array(gate.dimension);
    const eta = new Float64Array(8);
    const logLevels = Float64Array.of(-1, 0.5, -2, 0, -0.3, -1.5, 0.2, -0.7);
    given.load(logLevels);
    const fromPrior = meanOf(60_000, () => {
      gate.samplePrior(rng, row);
      gate.logWeight(row, eta);
      const gains = own.rows.reduce((sum, i) => sum + eta[i]!, 0);
      return gains - eta.reduce((sum, e, i) => sum + Math.exp(e + logLevels[i]!), 0);
    });
    const drawn = meanOf(4000, () => given.draw(rng, own.rows, row));
    expect(apart(drawn, fromPrior)).toBeLessThan(4);
    expect(drawn.se / drawn.mean).toBeLessThan(0.1);
  });
});

describe("with hundreds of rows", () => {
  const { table, model, component } = simulateVarying({ n: 300, seed: 3 });
  const { target } = compile(sampledModel(model), table);
  const rows = Int32Array.from(component.keys()).filter((i) => component[i] === 1);
  const members = { rows, weight: new Float64Array(rows.length).fill(1) };
  const rng = createRng(13);

  /** log mean e^w − mean w: an estimate of the Kullback–Leibler divergence of the posterior from the draws. */
  function divergence(draw: () => number): number {
    const w = Float64Array.from({ length: 60 }, draw);
    const most = Math.max(...w);
    const mean = w.reduce((sum, x) => sum + x / w.length, 0);
    return most - mean + Math.log(w.reduce((sum, x) => sum + Math.exp(x - most) / w.length, 0));
  }

  // Scales from their prior, or from log-normal densities around those found, gave 2 to 8.
  it("the approximation of an expert is within 2 nats of its posterior", () => {
    const theta: Vector = new Float64Array(target.expert.dimension);
    const { draw } = target.expert.approximate!(members);
    expect(divergence(() => draw(rng, theta))).toBeLessThan(2);
  });

  it("and so is that of a gate row given levels", () => {
    const gamma = new Float64Array(target.gate.dimension);
    const given = target.gate.givenLevels!;
    given.load(new Float64Array(300).fill(-0.7));
    expect(divergence(() => given.draw(rng, rows, gamma))).toBeLessThan(2);
  });
});
