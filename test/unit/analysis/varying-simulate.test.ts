import { describe, expect, test } from "vitest";
import { fitVarying } from "../../../src/analysis/varying.ts";
import { varyingBands } from "../../../src/analysis/varying-bands.ts";
import {
  type SimulatedVarying,
  simulateVarying,
  type VaryingFamilyName,
} from "../../../src/analysis/varying-simulate.ts";
import { numbers } from "../../helpers/varying-cases.ts";

const N = 8000;
const average = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;

/** A row's mean and variance by the truth, given its component. */
function momentsOf(family: VaryingFamilyName, { table, truth, component }: SimulatedVarying) {
  const [u, z] = ["u", "z1"].map((name) => numbers(table, name));
  const [mean, variance] = [new Float64Array(N), new Float64Array(N)];
  for (let i = 0; i < N; i++) {
    const of = { component: component[i]!, part: "experts" } as const;
    const eta =
      truth({ ...of, term: "(Intercept)" }, u![i]!) + z![i]! * truth({ ...of, term: "z1" }, u![i]!);
    const s = (): number =>
      truth({ component: component[i]!, part: "dispersion", term: "log" }, u![i]!);
    if (family === "gaussian") [mean[i], variance[i]] = [eta, Math.exp(2 * s())];
    if (family === "binomial") {
      const p = 1 / (1 + Math.exp(-eta));
      [mean[i], variance[i]] = [12 * p, 12 * p * (1 - p)];
    }
    if (family === "negative-binomial") {
      const mu = Math.exp(eta + numbers(table, "log_size")[i]!);
      [mean[i], variance[i]] = [mu, mu + (mu * mu) / Math.exp(s())];
    }
  }
  return { mean, variance };
}

describe.each([
  ["gaussian", 2, "well_separated"],
  ["binomial", 3, "moderate"],
  ["negative-binomial", 2, "crossing"],
  ["gaussian", 4, "imbalanced_gating"],
] as const)("%s data of %i components, %s", (family, components, scenario) => {
  const simulated = simulateVarying({ family, components, scenario, n: N, seed: 6 });
  const { table, truth, component } = simulated;

  test("have the means and variances of the truth given components", () => {
    const { mean, variance } = momentsOf(family, simulated);
    const scaled = numbers(table, "y").map((y, i) => (y - mean[i]!) / Math.sqrt(variance[i]!));
    const squares = scaled.map((value) => value * value);
    expect(Math.abs(average(scaled))).toBeLessThan(4 / Math.sqrt(N));
    const spread = Math.sqrt(average(squares.map((s) => s * s)) - average(squares) ** 2);
    expect(Math.abs(average(squares) - 1)).toBeLessThan((4 * spread) / Math.sqrt(N));
  });

  test("have components by the gate", () => {
    const [u, x] = ["u", "x1"].map((name) => numbers(table, name));
    for (let k = 1; k <= components; k++) {
      const surplus = new Float64Array(N);
      for (let i = 0; i < N; i++) {
        const weights = Array.from({ length: components }, (_, c) => {
          const of = { component: c + 1, part: "gate" } as const;
          const level = truth({ ...of, term: "(Intercept)" }, u![i]!);
          return Math.exp(level + x![i]! * truth({ ...of, term: "x1" }, u![i]!));
        });
        const p = weights[k - 1]! / weights.reduce((a, b) => a + b, 0);
        surplus[i] = Number(component[i] === k) - p;
      }
      expect(Math.abs(average(surplus))).toBeLessThan((4 * 0.5) / Math.sqrt(N));
      // Also along x: a gate without its slope would be told.
      const along = surplus.map((value, i) => value * x![i]!);
      expect(Math.abs(average(along))).toBeLessThan((4 * 0.5) / Math.sqrt(N));
    }
  });
});

describe("scenarios", () => {
  const of = (scenario: Parameters<typeof simulateVarying>[0]["scenario"]) =>
    simulateVarying({ n: 10, ...(scenario === undefined ? {} : { scenario }) });
  const level = (simulated: SimulatedVarying, component: number, u: number): number =>
    simulated.truth({ component, part: "experts", term: "(Intercept)" }, u);
  const gap = (simulated: SimulatedVarying, u: number): number =>
    level(simulated, 2, u) - level(simulated, 1, u);

  test("are what their names say", () => {
    expect(gap(of("moderate"), 0.3)).toBeCloseTo(0.7 * gap(of("well_separated"), 0.3), 12);
    expect(gap(of("near_overlap"), 0.3)).toBeCloseTo(0.4 * gap(of("well_separated"), 0.3), 12);
    expect(gap(of("crossing"), 0.5)).toBeCloseTo(0, 12);
    expect(gap(of("crossing"), 0.2) * gap(of("crossing"), 0.8)).toBeLessThan(-0.5);
    const rare = simulateVarying({ n: 4000, scenario: "imbalanced_gating" });
    const share = rare.component.filter((k) => k === 1).length / 4000;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.16);
  });

  test("functions named are constant, at their mean", () => {
    const slope = { component: 1, part: "experts", term: "z1" } as const;
    const flat = simulateVarying({ n: 10, constant: [slope] });
    // 0.15 + 0.1 u + 1.6 (0.35 + 0.25 u) at 1/2.
    for (const u of [0, 0.4, 1]) expect(flat.truth(slope, u)).toBeCloseTo(0.96, 12);
    expect(flat.truth({ ...slope, component: 2 }, 0)).not.toBe(
      flat.truth({ ...slope, component: 2 }, 0.5),
    );
  });

  test("the seed decides", () => {
    const one = (seed: number) => numbers(simulateVarying({ n: 20, seed }).table, "y");
    expect(one(1)).toEqual(one(1));
    expect(one(1)).not.toEqual(one(2));
  });

  test.each([
    [{ n: 1 }, /`n` must be/],
    [{ n: 10, components: 11 }, /`components` must be/],
    [{ n: 10, scenario: "far" as "crossing" }, /well_separated, moderate/],
    [{ n: 10, trials: 0.5 }, /`trials` must be/],
  ])("refuses %j", (bad, message) => {
    expect(() => simulateVarying(bad)).toThrow(message);
  });
});

test("negative binomial functions are found where components are apart", () => {
  const family = "negative-binomial";
  const { table, model, truth } = simulateVarying({ family, n: 1000, seed: 2, separation: 4 });
  const { fit, verdict } = fitVarying(model, table, { bandwidth: 0.2, grid: 11 });
  expect(verdict).toBe("ok");
  // The bias of lines is h²/2 · 1/5 · θ'': levels bend most, 0.35 · 4 · 0.35 (2π)² at a top. The gate's are lines.
  const bias = 0.004 * 0.35 * 4 * 0.35 * (2 * Math.PI) ** 2;
  for (const { part, component, term, u, estimate, se } of varyingBands(fit, table).curves) {
    if (part === "dispersion" || part === "probability") continue;
    u.forEach((at, g) => {
      const error = estimate[g]! - truth({ part, component, term }, at);
      expect(Math.abs(error)).toBeLessThan(4 * se[g]! + (part === "experts" ? bias : 0));
    });
  }
  // The log size has no finite variance where hardly more than Poisson's is to be seen; a = 1 / size does. Near a mean m a
  // row's information about it is m² / (2 (1 + a m)²).
  for (const { part, component, value } of fit.curves) {
    if (part !== "dispersion") continue;
    value.forEach((logSize, g) => {
      const level = truth({ part: "experts", component, term: "(Intercept)" }, fit.grid[g]!);
      const a = Math.exp(-truth({ part, component, term: "" }, fit.grid[g]!));
      const m = Math.exp(level);
      const rows = fit.points[g]!.expertEffectiveN[component - 1]!;
      const sd = (Math.SQRT2 * (1 + a * m)) / m / Math.sqrt(rows);
      expect(Math.abs(Math.exp(-logSize) - a)).toBeLessThan(4 * sd);
    });
  }
}, 20_000);
