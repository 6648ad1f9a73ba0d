import { describe, expect, it } from "vitest";
import { temperedEvidence } from "../../samplers/tempered-smc.ts";
import type { Expert } from "../../src/core/expert.ts";
import type { Target } from "../../src/core/target.ts";
import { createRng } from "../../src/math/rng.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { decide } from "../helpers/decision.ts";
import {
  conjugateFit,
  dirichletGate,
  type GateGivenAllocation,
  logisticGate,
} from "../helpers/enumeration.ts";
import { CONJUGATE, CONSTANT, GATE_SD, SOFTMAX } from "../helpers/gibbs-cases.ts";
import { known, moments, welch } from "../helpers/statistics.ts";
import { designRows, RESPONSE, type TinyModel, tinyTarget } from "../helpers/tiny-targets.ts";

const ROWS = 8;
const regression = { X: designRows(ROWS), y: RESPONSE.slice(0, ROWS) };
const tiny: TinyModel = { experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: ROWS };

/** log p(y | K = 2), summed over all allocations; the gate's log evidence must be normalised. */
function exactEvidence(gate: (z: readonly number[]) => number): number {
  const marginal = (mask: number) =>
    conjugateFit(regression, (i) => ((mask >> i) & 1) === 1, CONJUGATE).logMarginal;
  const masks = Array.from({ length: 2 ** ROWS }, (_, mask) => mask);
  const terms = masks.map((mask) => {
    const z = regression.y.map((_, i) => (mask >> i) & 1);
    return Math.exp(marginal(mask) + marginal(2 ** ROWS - 1 - mask) + gate(z));
  });
  return Math.log(terms.reduce((sum, term) => sum + term, 0));
}

/** The rule of integration with its own total without data taken off. */
function normalised(of: (W: [number, number][]) => (z: number[]) => GateGivenAllocation) {
  const prior = of([])([]).logEvidence;
  const gate = of(designRows(ROWS).map(([one, x]) => [one, x]));
  return (z: readonly number[]) => gate([...z]).logEvidence - prior;
}

const a = CONSTANT.prior.concentration;
const constantGate = (z: readonly number[]) =>
  dirichletGate(a)(z).logEvidence + logGamma(2 * a) - 2 * logGamma(a) - logGamma(2 * a + ROWS);

/** The same target without what makes a single component easy. */
function withoutApproximation(target: Target): Target {
  const { approximate: _, ...expert } = target.expert;
  return { ...target, expert };
}

const cases: Readonly<Record<string, readonly [Target, number]>> = {
  "one component, by a path": [
    withoutApproximation(tinyTarget({ ...tiny, components: 1 })),
    conjugateFit(regression, () => true, CONJUGATE).logMarginal,
  ],
  "two components, constant gate": [
    tinyTarget({ ...tiny, gate: CONSTANT }),
    exactEvidence(constantGate),
  ],
  "two components, symmetric gate": [
    tinyTarget(tiny),
    exactEvidence(normalised((W) => logisticGate(W, GATE_SD * Math.SQRT2))),
  ],
  "two components, a baseline": [
    tinyTarget({ ...tiny, gate: { ...SOFTMAX, baseline: "last" } }),
    exactEvidence(normalised((W) => logisticGate(W, GATE_SD))),
  ],
};

const REPLICATES = 60;
const EFFORT = { particles: 200, sweeps: 4, share: 0.8 };

/** Whether exp(log evidence) is right on average: replicates are unbiased up to the choice of the path. */
function judge(target: Target, exact: number) {
  return decide((seed, effort) => {
    const particles = EFFORT.particles * effort;
    const ratios = Array.from({ length: REPLICATES }, (_, r) => {
      const rng = createRng(seed, r);
      return Math.exp(temperedEvidence(rng, target, { ...EFFORT, particles }).logEvidence - exact);
    });
    const most = Math.max(...ratios);
    return [
      welch("evidence over exact evidence", moments(ratios), known(1)),
      // Markov's inequality: a positive estimate is c times its mean or more with probability 1 / c at most.
      { name: "largest ratio", p: Math.min(1, REPLICATES / most), detail: String(most) },
    ];
  });
}

const withExpert = (target: Target, change: Partial<Expert>): Target => ({
  ...target,
  expert: { ...target.expert, ...change },
});

/** Mistakes that shift the evidence of two components under a symmetric gate. */
const mistakes: Readonly<Record<string, (target: Target) => Target>> = {
  "experts updated with weight 1 at every temperature": (target) =>
    withExpert(target, {
      update: (rng, theta, { rows }) =>
        target.expert.update(rng, theta, { rows, weight: new Float64Array(rows.length).fill(1) }),
    }),
  "a density without its normalising constant": (target) =>
    withExpert(target, {
      logDensity(theta, out) {
        target.expert.logDensity(theta, out);
        for (let i = 0; i < out.length; i++) out[i] = out[i]! + 0.5 * Math.log(2 * Math.PI);
      },
    }),
  "a gate that is drawn from its prior whatever the allocations": (target) => ({
    ...target,
    gate: {
      ...target.gate,
      updates: [
        {
          name: "prior",
          method: "",
          step(rng, gamma) {
            for (let k = 0; k < gamma.rows; k++) {
              target.gate.samplePrior(rng, gamma.data.subarray(2 * k, 2 * k + 2));
            }
            return { proposed: 0, accepted: 0 };
          },
        },
      ],
    },
  }),
};

describe("tempered sequential Monte Carlo against the exact evidence of eight rows", () => {
  it.each(Object.entries(cases))("agrees with %s", (_, [target, exact]) => {
    const { rejected, report } = judge(target, exact);
    expect(rejected, report).toBe(false);
  });

  it.each(Object.entries(mistakes))("rejects %s", (_, change) => {
    const [target, exact] = cases["two components, symmetric gate"]!;
    const { rejected, report } = judge(change(target), exact);
    expect(rejected, report).toBe(true);
  });

  it("has no error for one component whose posterior is known", () => {
    const target = tinyTarget({ ...tiny, components: 1 });
    const [, exact] = cases["one component, by a path"]!;
    const { logEvidence, temperatures } = temperedEvidence(createRng(1), target);
    expect(temperatures).toEqual([]);
    expect(logEvidence).toBeCloseTo(exact, 9);
  });
});
