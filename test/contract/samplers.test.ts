import { describe, expect, test } from "vitest";
import { compile } from "../../models/compile.ts";
import { sampler, samplers } from "../../samplers/index.ts";
import { starts } from "../../samplers/initialize.ts";
import { SamplerError } from "../../src/core/errors.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import type { Target } from "../../src/core/target.ts";
import { tableFrom } from "../../src/data/table.ts";
import { createRng } from "../../src/math/rng.ts";
import { compileCase, gibbsCases } from "../helpers/gibbs-cases.ts";
import { expertPriors } from "./experts-cases.ts";
import { gateDeclarations } from "./gates-cases.ts";

type Options = Readonly<Record<string, string | number>>;

const [tiny] = Object.values(gibbsCases);

/** Parameters and allocations after a few sweeps from a seed. */
function walk(name: string, options: Options, target: Target, sweeps = 10): number[] {
  const kernel = sampler(name, options).compile(target);
  const rng = createRng(3, 1);
  let state = kernel.init(rng);
  let logLikelihood = 0;
  for (let t = 0; t < sweeps; t++) {
    const transition = kernel.step(rng, state);
    state = transition.state;
    logLikelihood = transition.info["log_likelihood"] ?? 0;
  }
  return [...state.theta.data, ...state.gamma.data, ...state.z, logLikelihood];
}

describe.each(Object.keys(samplers))("%s", (name) => {
  test.each(starts)(
    "draws the same from the same seed and options, which survive JSON: %s",
    (start) => {
      const built = sampler(name, { start });
      expect(built.name).toBe(name);
      expect(built.options).toMatchObject({ start });
      const again = JSON.parse(JSON.stringify(built.options)) as Options;
      const [a, b] = [compileCase(tiny!).target, compileCase(tiny!).target];
      expect(walk(name, again, a)).toEqual(walk(name, { start }, b));
    },
  );

  test("refuses what it does not know before any chain runs, naming what it does", () => {
    const { target } = compileCase(tiny!);
    expect(() => sampler(name, { start: "middle" })).toThrow(SamplerError);
    expect(() => sampler(name, { start: "middle" })).toThrow(
      'kmeans, em, random, prior; got "middle"',
    );
    expect(() => sampler(name, { gateUpdat: "laplace" })).toThrow(
      /options of .* must be among .*; got gateUpdat/,
    );
    expect(() => sampler(name, { gateUpdate: "guess" }).compile(target)).toThrow(
      'gate update must be one of default, laplace, polya-gamma for this gate; got "guess"',
    );
  });

  test("starts and walks with numbers, for every prior of experts and gate, from every start", () => {
    for (const [family, priors] of Object.entries(expertPriors)) {
      const data = table(12, responseFor(family));
      for (const prior of Object.values(priors)) {
        for (const gate of Object.values(gateDeclarations).flatMap(Object.values)) {
          const model = { experts: { family, formula: "y ~ x", prior }, gate, components: 3 };
          for (const start of starts) {
            const { target } = compile(model as ModelDeclaration, data);
            expect(walk(name, { start }, target, 5).every(Number.isFinite)).toBe(true);
          }
        }
      }
    }
  });

  test.each([
    ["one row", { y: [1.5], x: [0.2] }, "y ~ 1", "~ 1", 2],
    ["more experts than rows", { y: [1, 3, 2], x: [0, 1, 5] }, "y ~ x", "~ x", 5],
    [
      "a constant response",
      { y: Array(10).fill(0.1), x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
      "y ~ x",
      "~ x",
      2,
    ],
    ["no intercept", { y: [1, 2, 3, 4], x: [1, 2, 3, 4.5] }, "y ~ 0 + x", "~ 0 + x", 2],
    ["tiny and huge numbers", { y: [1e-9, 3e-9, 2e-9], x: [1e9, 2e9, 4e9] }, "y ~ x", "~ x", 2],
  ] as const)("walks with numbers on awkward data: %s", (_, columns, experts, gate, components) => {
    const model: ModelDeclaration = {
      experts: { family: "gaussian", formula: experts },
      gate: { kind: "softmax", formula: gate },
      components,
    };
    for (const start of starts) {
      for (const gateUpdate of ["laplace", "polya-gamma"]) {
        const { target } = compile(model, tableFrom({ y: [...columns.y], x: [...columns.x] }));
        expect(walk(name, { start, gateUpdate }, target, 50).every(Number.isFinite)).toBe(true);
      }
    }
  });

  test("makes no array as long as the data while it sweeps", () => {
    const { target } = compile(
      {
        experts: { family: "gaussian", formula: "y ~ x" },
        gate: { kind: "softmax", formula: "~ x" },
        components: 3,
      },
      table(20_000, (i) => Math.sin(i) + 3 * (i % 2)),
    );
    for (const gateUpdate of ["laplace", "polya-gamma"]) {
      const kernel = sampler(name, { gateUpdate }).compile(target);
      const rng = createRng(1, 1);
      let state = kernel.init(rng);
      state = kernel.step(rng, state).state;
      const longest = longestArrayMade(() => {
        for (let t = 0; t < 5; t++) state = kernel.step(rng, state).state;
      });
      expect(longest).toBeLessThan(1000);
    }
  });
});

test("an array that is made in a sweep would be noticed", () => {
  const z = new Int32Array(700);
  expect(longestArrayMade(() => void new Float64Array(5000))).toBe(5000);
  expect(longestArrayMade(() => void z.slice())).toBe(700);
  expect(longestArrayMade(() => void z.subarray(1))).toBe(0);
});

/** A response of row i that the family could have made. */
function responseFor(family: string): (i: number) => number {
  return family === "poisson" ? (i) => (7 * i) % 5 : (i) => Math.sin(5 * i) + (i % 3);
}

function table(n: number, y: (i: number) => number) {
  const rows = Array.from({ length: n }, (_, i) => i);
  return tableFrom({ y: rows.map(y), x: rows.map((i) => Math.cos(3 * i) + i / n) });
}

/** Length of the longest typed array that is made (views aside) while `run` does its work. */
function longestArrayMade(run: () => void): number {
  let longest = 0;
  const kept = { Float64Array, Int32Array };
  for (const [key, original] of Object.entries(kept)) {
    const watched = new Proxy(original, {
      construct(array, parameters: [number], newTarget) {
        const made = Reflect.construct(array, parameters, newTarget) as Float64Array;
        if (!((parameters[0] as unknown) instanceof ArrayBuffer)) {
          longest = Math.max(longest, made.length);
        }
        return made;
      },
    });
    Object.assign(globalThis, { [key]: watched });
    // What slice and map make comes from here.
    Object.assign(original.prototype, { constructor: watched });
  }
  try {
    run();
  } finally {
    for (const [key, original] of Object.entries(kept)) {
      Object.assign(globalThis, { [key]: original });
      Object.assign(original.prototype, { constructor: original });
    }
  }
  return longest;
}
