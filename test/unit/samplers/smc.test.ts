import { describe, expect, it } from "vitest";
import { combineReplicates } from "../../../samplers/smc/combine.ts";
import { nextTemperature } from "../../../samplers/smc/next-temperature.ts";
import { oneByOne } from "../../../samplers/smc/schedule.ts";
import { temperedLikelihood } from "../../../samplers/smc/tempered-likelihood.ts";
import { logMeanExp, relativeEffectiveSize, systematic } from "../../../samplers/smc/weights.ts";
import { temperedEvidence } from "../../../samplers/tempered-smc.ts";
import { matrix, row } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { CONJUGATE, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

const logs = (...weights: number[]) => Float64Array.from(weights, Math.log);
const tiny = () => tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 6 });

describe("weights of particles", () => {
  it("have a mean on the natural scale, far out of the range of doubles too", () => {
    expect(logMeanExp(logs(1, 2, 6))).toBeCloseTo(Math.log(3), 14);
    expect(logMeanExp(logs(1, 2, 6).map((log) => log - 5000))).toBeCloseTo(Math.log(3) - 5000, 10);
  });

  it("have an effective size of (Σw)² / Σw² over their number", () => {
    expect(relativeEffectiveSize(logs(1, 2, 6))).toBeCloseTo(81 / 41 / 3, 14);
    expect(relativeEffectiveSize(logs(0, 0))).toBe(0);
  });

  it("resample each particle as often as its weight says, rounded up or down", () => {
    const rng = createRng(4);
    const weights = [0.05, 0.3, 0, 0.5, 0.15];
    const ancestors = new Int32Array(10);
    const mean = weights.map(() => 0);
    for (let t = 0; t < 4000; t++) {
      systematic(rng, logs(...weights), ancestors);
      const counts = weights.map((_, i) => ancestors.filter((a) => a === i).length);
      counts.forEach((count, i) => {
        expect(Math.abs(count - 10 * weights[i]!)).toBeLessThan(1);
        mean[i]! += count / 4000;
      });
    }
    // Counts differ from their means by less than 1, so an average of 4000 is off by 4.5 / √4000 / 2 at most.
    mean.forEach((m, i) => {
      expect(Math.abs(m - 10 * weights[i]!)).toBeLessThan(0.036);
    });
  });
});

describe("rows that come one after another", () => {
  const n = 40;
  const at = oneByOne(createRng(2), n);
  const warmth = (t: number) => {
    const out = new Float64Array(n);
    at(t, out);
    return out;
  };

  it("are all cold at the start, all warm at the end, and never cool down", () => {
    expect(warmth(0)).toEqual(new Float64Array(n));
    expect(warmth(1)).toEqual(new Float64Array(n).fill(1));
    for (let t = 0.05; t < 1; t += 0.05) {
      const before = warmth(t - 0.05);
      expect(warmth(t).every((value, i) => value >= before[i]!)).toBe(true);
    }
  });

  it("come in any order, about a fifth of the path for each", () => {
    const half = warmth(0.5);
    const between = half.filter((value) => value > 0 && value < 1).length;
    // A fifth of the path is a quarter of the four fifths in which rows begin.
    expect(between).toBeGreaterThanOrEqual(n / 4 - 1);
    expect(between).toBeLessThanOrEqual(n / 4 + 1);
    expect(Array.from(half)).not.toEqual(Array.from(half).sort((a, b) => b - a));
  });
});

describe("the next temperature", () => {
  const energies = Float64Array.from({ length: 500 }, (_, i) => -((i - 250) ** 2) / 20);
  const next = (share: number, scale = 1, most = 1) =>
    nextTemperature(
      0,
      most,
      share,
      (t, out) => out.set(energies.map((e) => t * scale * e)),
      energies.slice(),
    );

  it.each([1, 1e-6, 1e6])(
    "keeps the share of effective size asked for, and little more: energies times %d",
    (scale) => {
      const t = next(0.7, scale);
      const size = (at: number) => relativeEffectiveSize(energies.map((e) => at * scale * e));
      expect(size(t)).toBeGreaterThanOrEqual(0.7);
      if (t < 1) expect(size(1.3 * t)).toBeLessThan(0.7);
    },
  );

  it("goes no further than it may", () => {
    expect(next(0.7, 1e-9)).toBe(1);
    expect(next(0.7, 1e-9, 0.25)).toBe(0.25);
  });
});

describe("the tempered likelihood", () => {
  it.each([0, 0.3, 1])("is Σ log Σ π f^t, up to a constant of the state: t = %d", (t) => {
    const target = tiny();
    const state = target.samplePrior(createRng(3));
    const likelihood = temperedLikelihood(target);
    const logGate = matrix(2, target.n);
    const density = [new Float64Array(target.n), new Float64Array(target.n)];
    target.gate.logProbability(state.gamma, logGate);
    for (const k of [0, 1]) target.expert.logDensity(row(state.theta, k), density[k]!);
    let expected = 0;
    for (let i = 0; i < target.n; i++) {
      const terms = [0, 1].map((k) => Math.exp(row(logGate, k)[i]! + t * density[k]![i]!));
      expected += Math.log(terms[0]! + terms[1]!);
    }
    likelihood.load(state);
    const value = (at: number) => likelihood.value(new Float64Array(target.n).fill(at));
    expect(value(t) - value(0)).toBeCloseTo(expected, 10);
  });

  it("allocates rows with probability ∝ π f^t", () => {
    const target = tiny();
    const state = target.samplePrior(createRng(3));
    const likelihood = temperedLikelihood(target);
    const logGate = matrix(2, target.n);
    const density = [new Float64Array(target.n), new Float64Array(target.n)];
    target.gate.logProbability(state.gamma, logGate);
    for (const k of [0, 1]) target.expert.logDensity(row(state.theta, k), density[k]!);
    likelihood.load(state);
    const rng = createRng(9);
    const counts = new Float64Array(target.n);
    const draws = 20_000;
    for (let s = 0; s < draws; s++) {
      likelihood.allocate(rng, new Float64Array(target.n).fill(0.4), state);
      state.z.forEach((k, i) => {
        counts[i]! += k;
      });
    }
    counts.forEach((count, i) => {
      const odds = [0, 1].map((k) => row(logGate, k)[i]! + 0.4 * density[k]![i]!);
      const p = 1 / (1 + Math.exp(odds[0]! - odds[1]!));
      expect(Math.abs(count / draws - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / draws));
    });
  });
});

describe("replicates", () => {
  it("are averaged on the scale of the evidence", () => {
    const { value, se, unreliable } = combineReplicates(Array.from(logs(0.9, 1, 1.1, 0.95, 1.05)));
    expect(value).toBeCloseTo(0, 12);
    // sd 0.0791 over √5, widened by √(4/2).
    expect(se).toBeCloseTo((0.0791 / Math.sqrt(5)) * Math.SQRT2, 2);
    expect(unreliable).toBeUndefined();
  });

  it("that are equal have no error", () => {
    expect(combineReplicates([-61.5, -61.5, -61.5, -61.5]).se).toBe(0);
  });

  it("that disagree are called unreliable, and which way", () => {
    const { unreliable } = combineReplicates([-154.5, -152.4, -150, -147.9, -153.1, -149.2]);
    expect(unreliable).toContain("-154.5 … -147.9");
    expect(unreliable).toContain("likely too low");
  });

  it("have no error where there is one alone", () => {
    const { se, unreliable } = combineReplicates([-3]);
    expect(se).toBeNaN();
    expect(unreliable).toContain("no standard error");
  });
});

describe("tempered evidence", () => {
  it("gives the same number for the same stream, and climbs from 0 to 1", () => {
    const run = () => temperedEvidence(createRng(5), tiny(), { particles: 60, sweeps: 2 });
    const { temperatures } = run();
    expect(run()).toEqual(run());
    expect(temperatures[0]).toBe(0);
    expect(temperatures.at(-1)).toBe(1);
    temperatures.slice(1).forEach((t, i) => {
      expect(t).toBeGreaterThan(temperatures[i]!);
    });
  });

  it.each([
    [{ particles: 2 }, "`particles` must be a whole number ≥ 10; got 2"],
    [{ sweeps: 0 }, "`sweeps` must be a whole number ≥ 1; got 0"],
    [{ share: 1 }, "`share` must be between 0 and 1; got 1"],
  ])("refuses %o", (options, message) => {
    expect(() => temperedEvidence(createRng(1), tiny(), options)).toThrow(message);
  });

  it("stops where a response is impossible under every particle", () => {
    const target = tiny();
    const expert = {
      ...target.expert,
      logDensity: (_: Float64Array, out: Float64Array) => void out.fill(Number.NEGATIVE_INFINITY),
    };
    expect(() => temperedEvidence(createRng(1), { ...target, expert })).toThrow(
      "must be possible under some draw of the prior",
    );
  });
});
