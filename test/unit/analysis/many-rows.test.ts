import { describe, expect, test } from "vitest";
import { compile, compilePrepared, prepare } from "../../../models/compile.ts";
import { preparedPart } from "../../../models/part.ts";
import { relatedTarget } from "../../../models/related.ts";
import { emStart } from "../../../samplers/em/starts.ts";
import { em } from "../../../samplers/em.ts";
import { censusOf } from "../../../src/analysis/census.ts";
import { leadersOf } from "../../../src/analysis/rate-climbs.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../../src/core/mixture.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { fromFormula, maximize, tableFrom } from "../../../src/index.ts";
import { copy, row } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

const N = 2 ** 17 + 1000;

/** Lines of slope ±1.5; `rare` is 1 in row 1 alone, which the part does not have. */
function lines(n: number) {
  const rng = createRng(9, 3);
  const x = new Float64Array(n).map(() => normal(rng));
  const y = x.map(
    (v) => (uniform(rng) < 1 / (1 + Math.exp(-v)) ? 1 + 1.5 * v : -1 - 1.5 * v) + 0.8 * normal(rng),
  );
  return tableFrom({ x, y, rare: x.map((_, i) => (i === 1 ? 1 : 0)) });
}

const table = lines(N);
const model = fromFormula({ formula: "y ~ x | x", components: 2 });

function likelihoodOf(target: Target, state: State): number {
  const scratch = mixtureScratch(target);
  return sumOutAllocation(logJoint(target, state, scratch), scratch);
}

describe("the maximum of very many rows", () => {
  test("is that of all rows, though starts are compared on a part", async () => {
    const told: string[] = [];
    const { summary, state, fitted, climbs } = await maximize(model, table, {
      starts: 2,
      startKinds: ["random", "kmeans"],
      workers: 1,
      progress: (done, total, what) => told.push(`${done} of ${total} ${what}`),
    });
    const { target } = fitted.compiled;
    expect(summary.rows).toBe(N);
    expect(summary.comparedRows).toBeLessThan(N / 4);
    expect(told).toEqual(["1 of 2 starts", "2 of 2 starts", "1 of 1 maxima"]);
    expect(climbs).toHaveLength(2);
    expect(summary.converged && summary.gradientNorm < 1e-7).toBe(true);
    const here = likelihoodOf(target, state);
    expect(Math.abs(summary.logLikelihood - here)).toBeLessThan(1e-11 * Math.abs(here));
    const { state: start } = emStart(createRng(1), { target, related: () => undefined }, "kmeans");
    const { logLikelihood } = em(target, start);
    expect(Math.abs(summary.logLikelihood - logLikelihood)).toBeLessThan(1e-9 * Math.abs(here));
  });

  test("is looked for on all rows where a term is the same in all rows of the part", async () => {
    const { summary } = await maximize(
      fromFormula({ formula: "y ~ x + rare", components: 2 }),
      table,
      { starts: 1, startKinds: ["kmeans"], workers: 1 },
    );
    expect(summary.comparedRows).toBe(N);
  });

  test("keeps to the iterations that are allowed, and to a start that is given", async () => {
    const given = Int32Array.from({ length: N }, (_, i) => (i % 2) + 1);
    const { summary, climbs } = await maximize(model, table, {
      starts: 1,
      given,
      maxIterations: 3,
      workers: 1,
    });
    expect(climbs.map(({ start }) => start)).toContain("given");
    expect(summary.iterations).toBeLessThanOrEqual(3);
    expect(summary.converged).toBe(false);
  });
});

describe("a part of the rows", () => {
  const part = preparedPart(prepare(model, table))!;
  const target = compilePrepared(part.prepared).target;

  test("is met on the scale of all rows", () => {
    const whole = compile(model, table).target;
    const state = whole.samplePrior(createRng(3));
    const density = new Float64Array(N);
    const ofPart = new Float64Array(target.n);
    whole.expert.logDensity(row(state.theta, 0), density);
    target.expert.logDensity(row(state.theta, 0), ofPart);
    expect(ofPart).toEqual(Float64Array.from(part.rows, (i) => density[i]!));
    expect(preparedPart(prepare(model, lines(1000)))).toBeUndefined();
  });

  test("leaves open which of two optima is higher where they differ by less than it can tell", () => {
    const { state: start } = emStart(createRng(1), { target, related: () => undefined }, "kmeans");
    const { state, responsibility: _, ...ended } = em(target, start);
    const at = (coefficient: number, by: number) => {
      const theta = copy(state.theta);
      row(theta, 0)[coefficient] = row(theta, 0)[coefficient]! + by;
      const logLikelihood = likelihoodOf(target, { ...state, theta });
      const numbers = { ...ended, gamma: state.gamma, theta, logLikelihood };
      const kind = { start: "kmeans", degenerate: false, rows: target.n } as const;
      return { ...numbers, objective: logLikelihood, ...kind };
    };
    const [best, near, far] = [at(0, 0), at(0, 0.02), at(0, 0.5)];
    // Row by row the log densities of `near` differ by about 0.02 z / 0.8, so that they add up to less than their sds.
    expect(best.logLikelihood - near.logLikelihood).toBeGreaterThan(1);
    const { climbs, open } = leadersOf(target, [far, near, { ...best, degenerate: true }, best]);
    expect(climbs).toEqual([best, near, far]);
    expect(open).toBe(2);
    const spike = { ...far, degenerate: true };
    expect(leadersOf(target, [spike]).climbs).toEqual([spike]);
  });

  test("is counted apart from all rows in the census", () => {
    const all = { start: "kmeans", logLikelihood: -1000, degenerate: false };
    const given = { start: "random", logLikelihood: -10, degenerate: false, rows: 5 };
    expect(censusOf([given, all, { ...given, start: "em" }])).toEqual([
      { logLikelihood: -1000, count: 1, degenerate: false, starts: ["kmeans"] },
      { logLikelihood: -10, count: 2, degenerate: false, starts: ["random", "em"], rows: 5 },
    ]);
  });
});

describe("a related model of rows that are prepared", () => {
  const small = lines(300);
  const prepared = prepare(model, small);

  test.each([
    ["one expert more", { components: 3 }],
    ["a gate without covariates", { constantGate: true }],
  ])("is the model with %s", (_, what) => {
    const found = relatedTarget(prepared, what);
    const declared: ModelDeclaration = {
      ...prepared.model,
      ...("components" in what ? what : { gate: { kind: "constant" } }),
    };
    const expected = compile(declared, small).target;
    const state = expected.samplePrior(createRng(8));
    expect(likelihoodOf(found, state)).toBe(likelihoodOf(expected, state));
    expect(found.logPrior(state)).toBe(expected.logPrior(state));
  });
});
