import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { waldInterval } from "../../diagnostics/component-estimates.ts";
import { profileIntervals } from "../../diagnostics/profile-interval.ts";
import { type CovarianceKind, standardErrors } from "../../diagnostics/standard-errors.ts";
import type { Support } from "../../src/core/distribution.ts";
import type { State, Target } from "../../src/core/target.ts";
import { componentNames } from "../../src/core/variables.ts";
import { fastExp } from "../../src/math/exp.ts";
import { matrix } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import { CONJUGATE, CONSTANT, SOFTMAX } from "../helpers/gibbs-cases.ts";
import { plainEm } from "../helpers/plain-em.ts";
import { tinyTarget } from "../helpers/tiny-targets.ts";

const REPLICATES = 2000;
const PROFILE_REPLICATES = 400;
/** Errors of a mean or share that are still chance: 50 numbers, a false alarm in 1 of 300 suites. */
const CHANCE = 4;
const page = readFileSync("docs/standard-errors.md", "utf8");

interface Simulation {
  readonly target: Target;
  readonly truth: State;
  /** Distinct reported parameters with their places among all, and what they are in truth. */
  readonly parameters: readonly { name: string; at: number; true: number; support: Support }[];
}

/** Two lines that overlap; the gate follows x or is constant. */
function simulation(gate: typeof SOFTMAX | typeof CONSTANT, rows: number): Simulation {
  const target = tinyTarget({ experts: CONJUGATE, gate, components: 2, rows });
  const theta = matrix(2, 3, Float64Array.of(2, 1, 0.7, -1, -0.5, 1));
  const gamma = matrix(2, target.gate.dimension);
  gamma.data.set([0.3, 0.6].slice(0, gamma.columns));
  const logs = matrix(2, rows);
  target.gate.logProbability(gamma, logs);
  const weight = logs.data.subarray(0, rows).reduce((sum, log) => sum + fastExp(log), 0) / rows;
  const halves = Array.from(gamma.data.subarray(0, gamma.columns), (g) => g / 2);
  const own = [weight, ...theta.data.subarray(0, 3), ...halves];
  const all = [...own, 1 - weight, ...theta.data.subarray(3, 6), ...halves.map((g) => -g)];
  const names = [1, 2].flatMap((k) => componentNames(target, k));
  const parameters = names.flatMap((name, at) => {
    if (at >= own.length && !/^(coef|sd)/.test(name)) return [];
    const positive = name.startsWith("sd") ? "positive" : "real";
    const support: Support = name.startsWith("weight") ? "unit" : positive;
    return [{ name, at, true: all[at]!, support }];
  });
  return { target, truth: { theta, gamma, z: new Int32Array(rows) }, parameters };
}

function maximumOf({ target, truth }: Simulation, seed: number): State {
  target.simulate(createRng(seed, 12), truth);
  return plainEm(target, truth, 20_000);
}

/** Estimates with their errors, place by place. */
function estimatesOf(target: Target, state: State, kind: CovarianceKind) {
  const errors = standardErrors(target, state, { kind });
  if ("reason" in errors) return undefined;
  const { estimate, covariance } = errors;
  return Array.from(estimate, (value, at) => {
    const variance = covariance.data[at * (covariance.columns + 1)]!;
    return { estimate: value, se: Math.sqrt(variance) };
  });
}

/** What is made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const share = (values: readonly boolean[]): number => mean(values.map(Number));

const isWithin = (value: number, [low, high]: readonly [number, number]): boolean =>
  low < value && value < high;

/** The numbers of a table of the page by parameter. */
function tableOf(heading: string): Record<string, number[]> {
  const section = page.slice(page.indexOf(`### ${heading}`)).split("\n#")[0]!;
  const rows = [...section.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)];
  return Object.fromEntries(rows.map(([, name, cells]) => [name!, cells!.split("|").map(Number)]));
}

/** Every number is on the page, to what other rounding of likelihoods may change. */
function expectOnPage(
  heading: string,
  measured: Readonly<Record<string, readonly number[]>>,
): void {
  const rounded = Object.fromEntries(
    Object.entries(measured).map(([name, numbers]) => [
      name,
      numbers.map((value) => Math.round(1000 * value) / 1000),
    ]),
  );
  const shown = tableOf(heading);
  const far = Object.entries(rounded).filter(([name, numbers]) =>
    numbers.some((value, j) => !(Math.abs(value - (shown[name]?.[j] ?? Number.NaN)) <= 0.0051)),
  );
  expect(far).toEqual([]);
}

describe.each([
  ["A softmax gate", SOFTMAX],
  ["Constant weights", CONSTANT],
])("%s, 2000 tables of 500 rows", (heading, gate) => {
  const simulated = simulation(gate, 500);
  const { target, parameters } = simulated;
  const fits = once(() =>
    Array.from({ length: REPLICATES }, (_, seed) => {
      const state = maximumOf(simulated, seed);
      return (["observed", "sandwich"] as const).map((kind) => estimatesOf(target, state, kind));
    }).filter((kinds) => kinds.every((one) => one !== undefined)),
  );
  const of = (kind: 0 | 1, at: number) => fits().map((kinds) => kinds[kind]![at]!);
  const measured = once(() =>
    parameters.map(({ name, at, true: value, support }) => {
      const estimates = of(0, at).map(({ estimate }) => estimate);
      const centre = mean(estimates);
      const squares = estimates.map((estimate) => (estimate - centre) ** 2);
      const variance = mean(squares);
      const ratioError = Math.sqrt(mean(squares.map((s) => (s / variance - 1) ** 2)) / REPLICATES);
      const se = ([0, 1] as const).map((kind) => mean(of(kind, at).map((one) => one.se)));
      const covered = ([0, 1] as const).map((kind) =>
        share(of(kind, at).map((one) => isWithin(value, waldInterval(one, support)))),
      );
      return { name, spread: Math.sqrt(variance), ratioError, se, covered };
    }),
  );

  test("every table has standard errors", () => {
    expect(fits()).toHaveLength(REPLICATES);
  });

  test("standard errors are the spread of estimates", () => {
    for (const { name, spread, ratioError, se } of measured()) {
      for (const one of se) {
        expect(Math.abs(Math.log(one / spread)), name).toBeLessThan((CHANCE * ratioError) / 2);
      }
    }
  });

  test("Wald intervals cover in 95 % of the tables", () => {
    const error = Math.sqrt((0.95 * 0.05) / REPLICATES);
    for (const { name, covered } of measured()) {
      for (const one of covered) {
        expect(Math.abs(one - 0.95), name).toBeLessThan(CHANCE * error);
      }
    }
  });

  test("the page shows these numbers", () => {
    const table = measured().map(({ name, spread, se, covered }) => [
      name,
      [spread, ...se, ...covered],
    ]);
    expectOnPage(heading, Object.fromEntries(table));
  });
});

describe("Profiles of few rows: 400 tables of 60", () => {
  const simulated = simulation(SOFTMAX, 60);
  const { target, parameters } = simulated;
  const names = parameters.map(({ name }) => name);
  const fits = once(() =>
    Array.from({ length: PROFILE_REPLICATES }, (_, seed) => {
      const state = maximumOf(simulated, seed);
      const wald = estimatesOf(target, state, "observed");
      return wald && { wald, profile: profileIntervals(target, state, names) };
    }).filter((one) => one !== undefined),
  );
  const measured = once(() =>
    parameters.map(({ name, at, true: value, support }, j) => {
      const pairs = fits().map((one) => ({
        wald: isWithin(value, waldInterval(one.wald[at]!, support)),
        ends: [one.profile[j]!.lower.value, one.profile[j]!.upper.value] as const,
      }));
      const known = pairs.filter(({ ends }) => !ends.some(Number.isNaN));
      return {
        name,
        wald: known.map((one) => one.wald),
        profile: known.map(({ ends }) => isWithin(value, ends)),
      };
    }),
  );

  test("every table has standard errors", () => {
    expect(fits()).toHaveLength(PROFILE_REPLICATES);
  });

  test("profile intervals cover in no fewer tables than Wald's", () => {
    for (const { name, wald, profile } of measured()) {
      const gains = profile.map((covers, t) => Number(covers) - Number(wald[t]!));
      // Tables in which only one covers are a fair coin's where both cover equally often.
      const discordant = gains.filter((gain) => gain !== 0).length;
      expect(
        gains.reduce((sum, gain) => sum + gain, 0),
        name,
      ).toBeGreaterThanOrEqual(-CHANCE * Math.sqrt(discordant));
    }
  });

  test("in all, profile intervals cover in more tables than Wald's", () => {
    const gain = measured().map(({ wald, profile }) => share(profile) - share(wald));
    expect(mean(gain)).toBeGreaterThan(0);
  });

  test("the page shows these numbers", () => {
    const table = measured().map(({ name, wald, profile }) => [
      name,
      [share(wald), share(profile), 1 - profile.length / fits().length],
    ]);
    expectOnPage("Profiles of few rows", Object.fromEntries(table));
  });
});
