import { describe, expect, it } from "vitest";
import { compile, compileReported } from "../../../models/compile.ts";
import {
  gaussian,
  inverseGamma,
  moe,
  normal,
  softmax,
  varying,
  varyingMoe,
} from "../../../models/index.ts";
import { analyze } from "../../../src/analysis/analyze.ts";
import {
  sampledModel,
  sampleVarying,
  varyingPosterior,
} from "../../../src/analysis/varying-bayes.ts";
import { simulateVarying } from "../../../src/analysis/varying-simulate.ts";
import { variable } from "../../../src/core/draws.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { cholesky, solveLower } from "../../../src/math/cholesky.ts";
import { logSumExp } from "../../../src/math/log-sum-exp.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { normal as draw } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import { predict } from "../../../src/run/predict.ts";
import { sample } from "../../../src/run/sample.ts";
import { serial } from "../../../src/run/serial.ts";

const BASIS = 3;
/** What each of these many shapes adds to a function of scale 1. */
const SHAPES = [
  (u: number) => Math.sqrt(12) * (u - 0.5),
  (u: number) => 0.5 * Math.PI ** 2 * ((u - 0.5) ** 2 - 1 / 12),
  (u: number) => Math.SQRT2 * Math.cos(Math.PI * u),
];
const PSI = 0.8;
const PRIOR = { coefficients: normal(0, 2), variance: inverseGamma(3, 1) };

/** A few rows around a curve. */
function curveTable(n: number, bend: number) {
  const rng = createRng(4, n);
  const u = Float64Array.from({ length: n }, () => uniform(rng));
  const x = Float64Array.from({ length: n }, () => 3 + 2 * draw(rng));
  const y = u.map((at) => 0.5 + bend * Math.cos(Math.PI * at) + 0.6 * draw(rng));
  return tableFrom({ y, x, u });
}

const numbers = (table: ReturnType<typeof tableFrom>, name: string): Float64Array => {
  const column = table.columns.get(name);
  if (column?.kind !== "numeric") throw new Error(name);
  return column.values;
};

/** Log evidence of a normal regression on functions given sd and scale, everything else integrated out. */
function logEvidence(y: Float64Array, u: Float64Array, sd: number, s: number): number {
  const n = y.length;
  const low = Math.min(...u);
  const range = Math.max(...u) - low;
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let value = 4 + (i === j ? sd * sd : 0);
      for (const phi of SHAPES) {
        value += s * s * phi((u[i]! - low) / range) * phi((u[j]! - low) / range);
      }
      covariance[i * n + j] = value;
    }
  }
  expect(cholesky(covariance, n)).toBe(true);
  const left = y.slice();
  solveLower(covariance, n, left);
  let total = -0.5 * n * Math.log(2 * Math.PI);
  for (let i = 0; i < n; i++) total -= 0.5 * left[i]! ** 2 + Math.log(covariance[i * (n + 1)]!);
  return total;
}

/** log p(y | s = 0) − log p(y), by sums over a grid of log sd and of s. */
function exactLogBayesFactor(y: Float64Array, u: Float64Array): number {
  const logPriorOfLogSd = (t: number): number => -6 * t - Math.exp(-2 * t);
  const constant: number[] = [];
  const all: number[] = [];
  const sds = Array.from({ length: 25 }, (_, c) => -1.5 + c * 0.1);
  const scales = Array.from({ length: 41 }, (_, c) => PSI * (-4 + c * 0.2));
  for (const t of sds) {
    constant.push(logPriorOfLogSd(t) + logEvidence(y, u, Math.exp(t), 0));
    for (const s of scales) {
      const density = -0.5 * (s / PSI) ** 2 - Math.log(PSI) - 0.5 * Math.log(2 * Math.PI);
      all.push(
        logPriorOfLogSd(t) + density + Math.log(0.2 * PSI) + logEvidence(y, u, Math.exp(t), s),
      );
    }
  }
  return logSumExp(Float64Array.from(constant)) - logSumExp(Float64Array.from(all));
}

describe("Bayes factors of constant functions", () => {
  it.each([0, 0.5])("are the ratio of evidences where these are known; bend %s", async (bend) => {
    const table = curveTable(14, bend);
    const model = varyingMoe({
      experts: gaussian("y ~ 1", PRIOR),
      gate: softmax("~ 1"),
      components: 1,
      varying: varying("u", { dispersion: false }),
      standardize: false,
    });
    // The unit is the sd of y unless the declaration has one.
    const declared = sampledModel(model, { psi: PSI, basis: BASIS });
    const { model: resolved } = compile(declared, table);
    const psi = PSI / resolved.varying!.unit!;
    const options = { psi, basis: BASIS, chains: 2, warmup: 200, draws: 2000, executor: serial() };
    const run = await sampleVarying(model, table, options);
    const { bayesFactors } = varyingPosterior(run, table, { factorDraws: 4000, points: 5 });
    expect(bayesFactors).toHaveLength(1);
    const { logBayesFactor, mcse } = bayesFactors[0]!;
    const exact = exactLogBayesFactor(numbers(table, "y"), numbers(table, "u"));
    expect(mcse).toBeLessThan(0.05);
    expect(Math.abs(logBayesFactor - exact)).toBeLessThan(4 * mcse + 1e-3);
  });
});

describe("where nothing varies", () => {
  const table = curveTable(40, 0);
  const shared = {
    experts: gaussian("y ~ x", PRIOR),
    gate: softmax("~ x"),
    components: 2,
  };
  const plain = compile(moe(shared), table);
  const nothing = varying("u", { experts: [], gate: [], dispersion: false });
  const declared = sampledModel(varyingMoe({ ...shared, varying: nothing }));
  const functions = compile(declared, table);

  it("the posterior is that of the model without an index", () => {
    const state = plain.target.samplePrior(createRng(3));
    expect(functions.target.expert.dimension).toBe(plain.target.expert.dimension);
    expect(functions.target.logPrior(state)).toBeCloseTo(plain.target.logPrior(state), 10);
    const [one, other] = [new Float64Array(40), new Float64Array(40)];
    const theta = state.theta.data.slice(0, 3);
    plain.target.expert.logDensity(theta, one);
    functions.target.expert.logDensity(theta, other);
    other.forEach((value, i) => {
      expect(value).toBeCloseTo(one[i]!, 10);
    });
    const [a, b] = [matrix(2, 40), matrix(2, 40)];
    plain.target.gate.logProbability(state.gamma, a);
    functions.target.gate.logProbability(state.gamma, b);
    b.data.forEach((value, i) => {
      expect(value).toBeCloseTo(a.data[i]!, 10);
    });
  });

  it("and so are reported parameters", () => {
    const state = plain.target.samplePrior(createRng(8));
    const reported = [plain, functions].map(({ report }) => {
      const [theta, gamma] = [matrix(2, 3), matrix(2, 2)];
      report(state, theta, gamma);
      return [...theta.data, ...gamma.data];
    });
    expect(reported[1]).toEqual(reported[0]);
  });
});

describe("a run of functions", () => {
  const table = curveTable(60, 0.8);
  const model = varyingMoe({
    experts: gaussian("y ~ x"),
    gate: softmax("~ x"),
    components: 2,
    varying: varying("u"),
  });
  const options = { basis: 4, chains: 2, warmup: 60, draws: 40, executor: serial() };

  it("predicts on the data's scale what the sampled state does", () => {
    const compiled = compile(sampledModel(model, options), table);
    const { target, designs, report } = compiled;
    const state = target.samplePrior(createRng(2));
    const theta = matrix(2, target.expert.dimension);
    const gamma = matrix(2, target.gate.dimension);
    report(state, theta, gamma);
    const data = compileReported(compiled.model, designs, table);
    const [own, reported] = [new Float64Array(60), new Float64Array(60)];
    target.expert.mean(state.theta.data.subarray(0, target.expert.dimension), own);
    data.expert.mean(theta.data.subarray(0, target.expert.dimension), reported);
    reported.forEach((value, i) => {
      expect(value).toBeCloseTo(own[i]!, 10);
    });
    const [a, b] = [matrix(2, 60), matrix(2, 60)];
    target.gate.logProbability(state.gamma, a);
    data.gate.logProbability(gamma, b);
    b.data.forEach((value, i) => {
      expect(value).toBeCloseTo(a.data[i]!, 10);
    });
  });

  it("is analysed, predicted from and made again by the ordinary means", async () => {
    const run = await sampleVarying(model, table, options);
    const again = await sampleVarying(model, table, options);
    expect(variable(again.draws, "log_likelihood")).toEqual(variable(run.draws, "log_likelihood"));
    expect(analyze(run, table).summary.variables.length).toBeGreaterThan(5);
    const compiled = compile(run.model, table);
    const { mean } = predict(compiled, run.draws, table);
    const y = numbers(table, "y");
    const error = y.reduce((sum, value, i) => sum + (value - mean.mean[i]!) ** 2 / y.length, 0);
    // The noise has variance 0.36, the curve 0.32 more.
    expect(error).toBeLessThan(0.5);
  });

  it("has a sampler that suits it when it is sampled like any other model", async () => {
    const plain = { ...sampledModel(model, options), components: 2 };
    const { chains, warmup, draws, executor } = options;
    const run = await sample(plain, table, { chains, warmup, draws, executor });
    const same = await sampleVarying(model, table, options);
    expect(variable(run.draws, "log_likelihood")).toEqual(variable(same.draws, "log_likelihood"));
  });

  it("shows coefficients of the components, not coordinates of functions", async () => {
    const { table, model } = simulateVarying({ n: 150, seed: 2 });
    const run = await sampleVarying(model, table, { ...options, chains: 1, draws: 100 });
    const [component] = analyze(run, table).summary.components ?? [];
    expect(Object.keys(component!.gate)).toEqual(["(Intercept)", "x1"]);
    expect(Object.keys(component!.coefficients)).toEqual(["(Intercept)", "z1"]);
    expect(Object.keys(component!.parameters ?? {})).toEqual(["sd"]);
    expect(() => analyze(run, table, { gateReference: 1 })).toThrow(
      "there must be no gate reference",
    );
  });

  it("says where a table has no index", async () => {
    const { columns } = table;
    const without = tableFrom({ y: numbers(table, "y"), x: numbers(table, "x") });
    expect(columns.has("u")).toBe(true);
    await expect(sampleVarying(model, without, options)).rejects.toThrow('column "u"');
  });

  it("refuses a gate with a baseline", async () => {
    const baseline = { ...model, gate: softmax("~ x", normal(0, 1), { baseline: "last" }) };
    await expect(sampleVarying(baseline, table, options)).rejects.toThrow(
      "a row for each component",
    );
  });
});
