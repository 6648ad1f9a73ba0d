import { describe, expect, it } from "vitest";
import { compile } from "../../models/compile.ts";
import { deviated } from "../../models/deviated.ts";
import { gaussian, moe, normal, normalInverseGamma, softmax, weights } from "../../models/index.ts";
import { beta } from "../../models/priors/beta.ts";
import { sampler } from "../../samplers/index.ts";
import type { Move } from "../../src/core/kernel.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import type { State, Target } from "../../src/core/target.ts";
import { tableFrom } from "../../src/data/table.ts";
import { normal as normalVariate } from "../../src/math/random/normal.ts";
import { createRng } from "../../src/math/rng.ts";
import { type Decision, decide } from "../helpers/decision.ts";
import { conjugateFit } from "../helpers/enumeration.ts";
import { geweke } from "../helpers/geweke.ts";
import { CONJUGATE, GATE_SD } from "../helpers/gibbs-cases.ts";
import {
  exactNormalGate,
  expertParameters,
  gateParameters,
  type Observables,
  together,
  withExact,
} from "../helpers/observables.ts";
import { COVARIATE, tinyResponse } from "../helpers/tiny-targets.ts";

const ROWS = 8;
const SHARE = { a: 2, b: 1.5 };
const x = Float64Array.from(COVARIATE.slice(0, ROWS));
const table = () => tableFrom({ x, y: tinyResponse(ROWS) });

function modelOf(components: ModelDeclaration["components"], known: string): ModelDeclaration {
  return deviated({
    known,
    mixture: moe({
      experts: gaussian("y ~ x", normalInverseGamma(CONJUGATE)),
      gate: softmax("~ x", normal(0, GATE_SD)),
      components,
      standardize: false,
    }),
    lambda: beta(SHARE.a, SHARE.b),
  });
}

const EVEN = weights([1 / 3, 1 / 3, 1 / 3]);
const LAPLACE = "laplace(0.3*x, 0.8)";
const TWO = "mixture(0.25*normal(x, 0.5), 0.75*student(5, -1, 1.5))";

/** The share, how many rows the known density has made, and what these say of each other and of the data. */
function shareOf(target: Target): Observables {
  const names = ["λ", "λ²", "known rows", "λ · known rows", "|y| of known rows", "z of known rows"];
  return withExact(
    {
      names,
      expected: names.map(() => undefined),
      observe({ deviation, z, theta }: State, out) {
        const { lambda, fromKnown } = deviation!;
        const rows = Array.from(fromKnown.keys()).filter((i) => fromKnown[i] === 1);
        const share = lambda[0]!;
        const mean = (of: (i: number) => number) => rows.reduce((sum, i) => sum + of(i), 0) / ROWS;
        out.set([
          share,
          share * share,
          rows.length / ROWS,
          (share * rows.length) / ROWS,
          mean((i) => Math.min(5, Math.abs(target.expert.y[i]!))),
          mean((i) => z[i]! / theta.rows),
        ]);
      },
    },
    {
      λ: SHARE.a / (SHARE.a + SHARE.b),
      "known rows": SHARE.b / (SHARE.a + SHARE.b),
    },
  );
}

function testByGeweke(target: Target, kernel: Move): Decision {
  const observables = together(
    expertParameters(target),
    // The level of the gate has an exact expectation where the number of its rows is fixed.
    typeof target.components === "number"
      ? withExact(gateParameters(target), exactNormalGate(target, GATE_SD))
      : gateParameters(target),
    shareOf(target),
  );
  const options = { chains: 24, observables };
  return decide((seed, effort) =>
    geweke(target, kernel, { ...options, seed, sweeps: 600 * effort, priorDraws: 10_000 * effort }),
  );
}

describe("the joint prior of share, parameters and data is kept", () => {
  it.each([
    ["gibbs", 2, LAPLACE],
    ["gibbs", 3, TWO],
    ["reversible-jump", EVEN, LAPLACE],
    ["mfm", EVEN, TWO],
    ["auto", EVEN, TWO],
  ] as const)("by %s with %o experts beside %s", (name, components, known) => {
    const { target } = compile(modelOf(components, known), table());
    const { rejected, report } = testByGeweke(target, sampler(name, {}).compile(target));
    expect(rejected, report).toBe(false);
  });
});

/** Every sweep as in warm-up, where relocations are tried in each. */
function everySweep(kernel: Move): Move {
  return { name: kernel.name, step: (rng, state) => kernel.step(rng, state, true) };
}

describe("relocations in every sweep keep the joint prior", () => {
  it.each([
    [1, LAPLACE],
    [2, TWO],
  ] as const)("with %d experts beside %s", (components, known) => {
    const { target } = compile(modelOf(components, known), table());
    const kernel = everySweep(sampler("gibbs", {}).compile(target));
    const { rejected, report } = testByGeweke(target, kernel);
    expect(rejected, report).toBe(false);
  });

  it("but not with densities of the component that are twice too large", () => {
    const { target } = compile(modelOf(2, LAPLACE), table());
    const { approximate } = target.expert;
    const wrong: Target = {
      ...target,
      expert: {
        ...target.expert,
        approximate(members) {
          const { draw, logWeight } = approximate!(members);
          const more = 0.7 * members.rows.length;
          return {
            draw: (rng, theta) => draw(rng, theta) + more,
            logWeight: (theta) => logWeight(theta) + more,
          };
        },
      },
    };
    const kernel = everySweep(sampler("gibbs", {}).compile(wrong));
    expect(testByGeweke(target, kernel).rejected).toBe(true);
  });
});

it("relocations take one expert from mode to mode", () => {
  // Nine rows at 5 and nine at −5, beside a t around 0: without relocations no chain has ever left its mode.
  const rng = createRng(3);
  const values = Float64Array.from({ length: 40 }, (_, i) => {
    const centre = i < 9 ? 5 : i < 18 ? -5 : 0;
    return centre + (centre === 0 ? 1 : 0.1) * normalVariate(rng);
  });
  const model = deviated({
    known: "student(3, 0, 1)",
    mixture: moe({
      experts: gaussian("y ~ 1", normalInverseGamma({ ...CONJUGATE, mean: 0, scale: 100 })),
      gate: softmax("~ 1"),
      components: 1,
      standardize: false,
    }),
  });
  const { target } = compile(model, tableFrom({ y: values }));
  const kernel = everySweep(sampler("gibbs", {}).compile(target));
  let state = kernel.step(rng, target.samplePrior(rng)).state;
  let visits = 0;
  let jumps = 0;
  let before = 0;
  for (let t = 0; t < 4000; t++) {
    state = kernel.step(rng, state).state;
    const mean = state.theta.data[0]!;
    const side = mean > 4.5 ? 1 : mean < -4.5 ? -1 : 0;
    visits += side === 0 ? 0 : 1;
    if (side * before === -1) jumps++;
    if (side !== 0) before = side;
  }
  expect(visits).toBeGreaterThan(1000);
  expect(jumps).toBeGreaterThan(20);
});

describe("mistakes are found:", () => {
  const target = () => compile(modelOf(2, LAPLACE), table()).target;

  it("experts that learn from rows of the known density", () => {
    const honest = target();
    const kernel = sampler("gibbs", {}).compile(honest);
    const wrong: Move = {
      name: "wrong",
      step(rng, state) {
        state.deviation!.fromKnown.fill(0);
        return kernel.step(rng, state);
      },
    };
    expect(testByGeweke(honest, wrong).rejected).toBe(true);
  });

  it("a share whose prior is forgotten", () => {
    const honest = target();
    const forgetful = { ...honest, deviation: { ...honest.deviation!, a: 1, b: 1 } };
    expect(testByGeweke(honest, sampler("gibbs", {}).compile(forgetful)).rejected).toBe(true);
  });
});

it("with one expert the posterior is that of all 2ⁿ ways to share the rows", () => {
  const { target } = compile(modelOf(1, LAPLACE), table());
  const exact = enumerated(target);
  const kernel = sampler("gibbs", {}).compile(target);
  const chains = Array.from({ length: 20 }, (_, chain) => {
    const rng = createRng(11, chain);
    let state = kernel.init(rng);
    for (let t = 0; t < 200; t++) state = kernel.step(rng, state).state;
    const totals = new Float64Array(ROWS + 1);
    for (let t = 0; t < 4000; t++) {
      state = kernel.step(rng, state).state;
      totals[ROWS]! += state.deviation!.lambda[0]! / 4000;
      for (let i = 0; i < ROWS; i++) totals[i]! += state.deviation!.fromKnown[i]! / 4000;
    }
    return totals;
  });
  [...exact.known, exact.share].forEach((expected, j) => {
    const values = chains.map((totals) => totals[j]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1);
    // Nine numbers at 4.5 errors of 20 chains: a false alarm in some 500 seeds.
    expect(Math.abs(mean - expected)).toBeLessThan(4.5 * Math.sqrt(variance / values.length));
  });
});

/** P(row i is of the known density) and E(λ), by every way to share the rows. */
function enumerated({ expert, deviation }: Target) {
  const y = [...expert.y];
  const X = [...x].map((value) => [1, value]);
  const log = new Float64Array(ROWS);
  deviation!.known.logDensity(log);
  let total = 0;
  let share = 0;
  const known = new Array<number>(ROWS).fill(0);
  for (let mask = 0; mask < 2 ** ROWS; mask++) {
    const isKnown = (i: number) => ((mask >> i) & 1) === 1;
    const count = Array.from({ length: ROWS }, (_, i) => i).filter(isKnown).length;
    const { logMarginal } = conjugateFit({ X, y }, (i) => !isKnown(i), CONJUGATE);
    const ofKnown = log.reduce((sum, value, i) => sum + (isKnown(i) ? value : 0), 0);
    const a = SHARE.a + ROWS - count;
    const b = SHARE.b + count;
    const weight = Math.exp(logMarginal + ofKnown) * gammaFunction(a) * gammaFunction(b);
    total += weight;
    share += (weight * a) / (a + b);
    known.forEach((_, i) => {
      if (isKnown(i)) known[i]! += weight;
    });
  }
  return { known: known.map((weight) => weight / total), share: share / total };
}

/** Γ of a half-integer. */
function gammaFunction(z: number): number {
  return z > 1.25
    ? (z - 1) * gammaFunction(z - 1)
    : z === 1
      ? 1
      : Math.sqrt(Math.PI) * (z === 0.5 ? 1 : Number.NaN);
}
