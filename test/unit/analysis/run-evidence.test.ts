import { describe, expect, test } from "vitest";
import { poisson } from "../../../models/poisson.ts";
import { type RunEvidence, runEvidence } from "../../../src/analysis/run-evidence.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import type { Run } from "../../../src/core/run.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { logGamma } from "../../../src/math/stdlib.ts";
import { sample } from "../../../src/run/sample.ts";
import { serial } from "../../../src/run/serial.ts";
import {
  conjugateFit,
  dirichletGate,
  type GateGivenAllocation,
  logisticGate,
} from "../../helpers/enumeration.ts";
import {
  CONJUGATE,
  CONSTANT,
  GATE_SD,
  SLICED_SOFTMAX,
  SOFTMAX,
} from "../../helpers/gibbs-cases.ts";
import { differenceInErrors, randomKReference, referenceModel } from "../../helpers/random-k.ts";
import { COVARIATE } from "../../helpers/tiny-targets.ts";

/** Two lines that ten rows tell apart, and a covariate on a scale of its own. */
const y = COVARIATE.map((x, i) => (i % 2 === 0 ? 3 + 2 * x : -3 - x) + 0.3 * Math.cos(7 * i));
const covariate = COVARIATE.map((x) => 40 + 8 * x);
const table = tableFrom({ x: covariate, y });

/** The covariate as a standardizing model sees it. */
function standardized(values: readonly number[]): (readonly [number, number])[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const sd = Math.sqrt(squares / (values.length - 1));
  return values.map((v) => [1, (v - mean) / sd] as const);
}

/** log Σ over all 2ⁿ allocations of the evidences of both experts and of the gate. */
function enumerated(
  X: readonly (readonly [number, number])[],
  gate: (z: readonly number[]) => GateGivenAllocation,
): number {
  const n = y.length;
  const fits = Array.from(
    { length: 2 ** n },
    (_, mask) => conjugateFit({ X, y }, (i) => ((mask >> i) & 1) === 1, CONJUGATE).logMarginal,
  );
  const logs = fits.map((fit, mask) => {
    const z = y.map((_, i) => 1 - ((mask >> i) & 1));
    return fit + fits[2 ** n - 1 - mask]! + gate(z).logEvidence;
  });
  const top = Math.max(...logs);
  return top + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
}

const { concentration: a } = CONSTANT.prior;
/** What `dirichletGate` leaves out: the constants of the prior and of n draws from it. */
const ofDirichlet = logGamma(2 * a) - 2 * logGamma(a) - logGamma(2 * a + y.length);
/** What `logisticGate` leaves out: the area of a cell times the constant of two standard normals. */
const ofNormals = 2 * Math.log(14 / 60) - Math.log(2 * Math.PI);

const experts = { family: "gaussian", formula: "y ~ x", prior: CONJUGATE };
const OPTIONS = { chains: 4, warmup: 500, draws: 1000, seed: 5, executor: serial() };
const X = standardized(covariate);

const cases: Record<string, { model: ModelDeclaration; exact: () => number }> = {
  "a gate": {
    model: { experts, gate: SOFTMAX, components: 2 },
    exact: () => enumerated(X, logisticGate(X, GATE_SD * Math.SQRT2)) + ofNormals,
  },
  "a gate with a baseline": {
    model: { experts, gate: { ...SOFTMAX, baseline: "last" }, components: 2 },
    exact: () => enumerated(X, logisticGate(X, GATE_SD)) + ofNormals,
  },
  "constant weights": {
    model: { experts, gate: CONSTANT, components: 2 },
    exact: () => enumerated(X, dirichletGate(a)) + ofDirichlet,
  },
};

/** |ours − exact| in standard errors. */
const off = (value: number, { se }: RunEvidence, exact: number): number =>
  Math.abs(value - exact) / se;

describe.each(Object.entries(cases))("two experts, %s", (_, { model, exact }) => {
  test("have the evidence that a sum over all allocations gives, and no other", async () => {
    const run = await sample(model, table, OPTIONS);
    const found = runEvidence(run, table);
    const truth = exact();
    expect(found.unreliable).toBeUndefined();
    expect(off(found.value, found, truth)).toBeLessThan(4);
    // One numbering of two forgotten or counted twice, or a constant of the prior.
    for (const wrong of [Math.LN2, -Math.LN2, GATE_SD, Math.log(8)]) {
      expect(off(found.value + wrong, found, truth)).toBeGreaterThan(4);
    }
  });
});

describe("more experts than the data have", () => {
  const { table: data, logEvidence } = randomKReference("k2");
  test.each([2, 3, 4])("%d: the evidence of another program", async (components) => {
    const run = await sample({ ...referenceModel, components }, data, { executor: serial() });
    const found = runEvidence(run, data);
    expect(found.unreliable).toBeUndefined();
    expect(found.se).toBeLessThan(0.15);
    expect(differenceInErrors(found, logEvidence[components]!)).toBeLessThan(4);
  });
});

describe("one expert", () => {
  const options = { ...OPTIONS, chains: 1, warmup: 50, draws: 50 };

  test("has the evidence of a conjugate regression, without error", async () => {
    const run = await sample({ experts, gate: SOFTMAX, components: 1 }, table, options);
    const { logMarginal } = conjugateFit({ X, y }, () => true, CONJUGATE);
    const { value, se } = runEvidence(run, table);
    expect(value).toBeCloseTo(logMarginal, 9);
    expect(se).toBe(0);
  });

  test("under other priors has that of quadrature", async () => {
    const prior = {
      kind: "independent",
      coefficients: { kind: "normal", mean: 0, sd: 2 },
      variance: { kind: "inverse-gamma", shape: 3, rate: 20 },
    } as const;
    const model = { experts: { ...experts, formula: "y ~ 1", prior }, gate: CONSTANT };
    const run = await sample({ ...model, components: 1 }, table, options);
    const found = runEvidence(run, table);
    let total = 0;
    const [h, g] = [0.02, 0.02];
    for (let mean = -8; mean <= 8; mean += h) {
      const squares = y.reduce((sum, v) => sum + (v - mean) ** 2, 0);
      const ofMean = Math.exp((-mean * mean) / 8) / Math.sqrt(8 * Math.PI);
      for (let log = -1; log <= 6; log += g) {
        const v = Math.exp(log);
        // Inverse gamma of v, times v for its logarithm.
        const ofVariance = Math.exp(3 * Math.log(20) - logGamma(3) - 3 * log - 20 / v);
        const ofData = Math.exp(-0.5 * y.length * Math.log(2 * Math.PI * v) - (0.5 * squares) / v);
        total += h * g * ofMean * ofVariance * ofData;
      }
    }
    expect(found.unreliable).toBeUndefined();
    expect(found.se).toBeGreaterThan(0);
    expect(off(found.value, found, Math.log(total))).toBeLessThan(4);
  });
});

describe("what is not to be trusted", () => {
  const model: ModelDeclaration = { experts, gate: SOFTMAX, components: 2 };
  const drawn = sample(model, table, OPTIONS);

  /** The run with every value of one variable in some chains moved. */
  const moved = (run: Run, name: string, by: number, where: (chain: number) => boolean): Run => {
    const { variables, chains } = run.draws;
    const at = variables.indexOf(name);
    const move = (values: Float64Array) =>
      values.map((value, j) => (j % variables.length === at ? value + by : value));
    return {
      ...run,
      draws: {
        variables,
        chains: chains.map((one) =>
          where(one.chain) ? { ...one, values: move(one.values) } : one,
        ),
      },
    };
  };

  test("are chains in different places", async () => {
    const run = await drawn;
    const apart = moved(run, "coef[1,(Intercept)]", 1.5, (chain) => chain % 2 === 0);
    expect(runEvidence(apart, table).unreliable).toMatch(/overlap|halves/);
  });

  test("is not a chain stuck where next to nothing is: it is left out", async () => {
    const run = await drawn;
    const whole = runEvidence(run, table);
    const stuck = moved(
      moved(run, "coef[1,x]", 3, (chain) => chain === 2),
      "log_likelihood",
      -1000,
      (chain) => chain === 2,
    );
    const found = runEvidence(stuck, table);
    expect(found.unreliable).toBeUndefined();
    expect(found.leftOut).toBe(1);
    expect(whole.leftOut).toBe(0);
    expect(Math.abs(found.value - whole.value)).toBeLessThan(4 * Math.hypot(found.se, whole.se));
  });

  test("are few draws", async () => {
    const run = await sample(model, table, { ...OPTIONS, draws: 20 });
    const { value, unreliable } = runEvidence(run, table);
    expect(value).toBeNaN();
    expect(unreliable).toBe(
      "8 parameters need 100 draws in each half of the chains, which have 40",
    );
  });

  test("is a gate without normal prior: there is none, and why is said", async () => {
    const heavy = { ...model, gate: SLICED_SOFTMAX };
    const short = { ...OPTIONS, warmup: 100, draws: 200 };
    const { value, unreliable } = runEvidence(await sample(heavy, table, short), table);
    expect(value).toBeNaN();
    expect(unreliable).toBe("the gate's coefficients have no normal prior");
  });

  test("is refused: a random number of experts, too few proposals", async () => {
    const random = { ...model, components: poisson(1, { max: 2 }) };
    const short = { ...OPTIONS, chains: 1, warmup: 20, draws: 20 };
    const run = await sample(random, table, short);
    expect(() => runEvidence(run, table)).toThrow("a fixed number of experts");
    const fixed = await drawn;
    expect(() => runEvidence(fixed, table, { proposals: 3 })).toThrow("`proposals` must be");
  });

  test("is the same for the same seed, and another for another", async () => {
    const run = await drawn;
    const { value } = runEvidence(run, table);
    expect(runEvidence(run, table).value).toBe(value);
    expect(runEvidence(run, table, { seed: 77 }).value).not.toBe(value);
  });
});
