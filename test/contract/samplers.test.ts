import { describe, expect, test } from "vitest";
import { compile } from "../../models/compile.ts";
import { sampler, samplers } from "../../samplers/index.ts";
import { SamplerError } from "../../src/core/errors.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import { tableFrom } from "../../src/data/table.ts";
import { createRng } from "../../src/math/rng.ts";
import {
  errorOf,
  kindOf,
  modelsInTurn,
  type Options,
  refusal,
  table,
  walk,
  walksOn,
} from "../helpers/sampler-walks.ts";

describe.each(Object.keys(samplers))("%s", (name) => {
  const kind = kindOf(name);
  const gateUpdates = ["default", "laplace", "polya-gamma"].filter(
    (gateUpdate) => errorOf(() => sampler(name, { gateUpdate })) === undefined,
  );

  test("serves a fixed number of experts or a random one, and says what the other needs", () => {
    expect(refusal(name, kind.served())).toBeUndefined();
    expect(refusal(name, kind.other())).toMatch(
      typeof kind.components(2) === "number"
        ? `${name} needs a fixed number of components; the model has a prior on it. Use `
        : `${name} needs a prior on the number of components; the model has 2. Write a prior such as`,
    );
  });

  test.each(kind.starts)(
    "draws the same from the same seed and options, which survive JSON: %s",
    (start) => {
      const built = sampler(name, { start });
      expect(built.name).toBe(name);
      expect(built.options).toMatchObject({ start });
      const again = JSON.parse(JSON.stringify(built.options)) as Options;
      expect(walk(name, again, kind.served())).toEqual(walk(name, { start }, kind.served()));
    },
  );

  test("refuses what it does not know before any chain runs, naming what it does", () => {
    expect(() => sampler(name, { start: "halfway" })).toThrow(SamplerError);
    expect(() => sampler(name, { start: "halfway" })).toThrow(
      `${kind.starts.join(", ")}; got "halfway"`,
    );
    expect(() => sampler(name, { gateUpdat: "laplace" })).toThrow(
      /options of .* must be among .*; got gateUpdat/,
    );
    expect(() => sampler(name, { gateUpdate: "guess" }).compile(kind.served())).toThrow(
      gateUpdates.length > 1
        ? 'gate update must be one of default, laplace, polya-gamma for this gate; got "guess"'
        : 'gate update must be default; got "guess"',
    );
  });

  test("starts and walks with numbers, for every prior of experts and every gate, from one start or another", () => {
    // Another turn for each sampler: together they walk nearly every prior with every gate.
    const models = modelsInTurn(kind, Object.keys(samplers).indexOf(name));
    const walks = walksOn(name, models);
    expect(walks.length).toBeGreaterThanOrEqual(models.length / 2);
    for (const numbers of walks) expect(numbers.every(Number.isFinite)).toBe(true);
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
  ] as const)("walks with numbers on awkward data: %s", (_, columns, experts, gate, count) => {
    const model: ModelDeclaration = {
      experts: { family: "gaussian", formula: experts },
      gate: { kind: "softmax", formula: gate },
      components: kind.components(count),
    };
    for (const start of kind.starts) {
      for (const gateUpdate of gateUpdates) {
        const { target } = compile(model, tableFrom({ y: [...columns.y], x: [...columns.x] }));
        expect(walk(name, { start, gateUpdate }, target, 50).every(Number.isFinite)).toBe(true);
      }
    }
  });

  test("makes no array as long as the data while it sweeps, finding of modes aside", () => {
    const { target: whole } = compile(
      {
        experts: { family: "gaussian", formula: "y ~ x" },
        gate: { kind: "softmax", formula: "~ x" },
        components: kind.components(3),
      },
      table(3000, (i) => Math.sin(i) + 3 * (i % 2)),
    );
    // Collapsed splits, which need this, copy the rows that they divide.
    const { approximate: _, ...expert } = whole.expert;
    const target = { ...whole, expert };
    for (const gateUpdate of gateUpdates) {
      // With the most experts first: memory grows with what is met.
      const start = kind.starts.find((s) => s === "most") ?? "prior";
      const kernel = sampler(name, { gateUpdate, start }).compile(target);
      const rng = createRng(1, 1);
      let state = kernel.init(rng);
      for (let t = 0; t < 5; t++) state = kernel.step(rng, state).state;
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
