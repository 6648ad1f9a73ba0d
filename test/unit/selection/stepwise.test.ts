import { beforeAll, describe, expect, it, test } from "vitest";
import { fromFormula } from "../../../models/index.ts";
import { maximize } from "../../../src/analysis/maximize.ts";
import type { Table } from "../../../src/core/data.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import { type Stepwise, stepwise } from "../../../src/selection/stepwise.ts";
import { completeSpace, neighbours } from "../../../src/selection/stepwise-space.ts";

/** Two experts, lines in x; the gate depends on z. Columns w and group have nothing to do with y. */
function simulated(n: number): Table {
  const rng = createRng(11);
  const draw = () => Array.from({ length: n }, () => normal(rng));
  const [x, z, w] = [draw(), draw(), draw()];
  const y = x.map((at, i) => {
    const first = uniform(rng) < 1 / (1 + Math.exp(-3 * z[i]!));
    return first ? 3 + 2 * at + 0.5 * normal(rng) : -3 - at + normal(rng);
  });
  return tableFrom({ y, x, z, w, group: x.map(() => "abc"[Math.floor(3 * uniform(rng))]) });
}

const SPACE = {
  response: "y",
  experts: ["x", "group"],
  gate: ["x", "z"],
  maxComponents: 3,
};
const TRUTH = { formula: "y ~ x | z", components: 2 };

describe("a search", () => {
  let table: Table;
  let forward: Stepwise;

  beforeAll(async () => {
    table = simulated(300);
    forward = await stepwise(SPACE, table, { starts: 2, workers: 1 });
  }, 60_000);

  it("forward finds the model that made many rows", () => {
    expect(forward.summary.chosen).toEqual(TRUTH);
    expect(forward.summary.path[0]).toMatchObject({ formula: "y ~ 1", components: 1 });
    expect(forward.verdict).toContain("2 experts in y ~ x | z: BIC");
  });

  it("backward finds it, too", async () => {
    const { summary } = await stepwise({ ...SPACE, maxComponents: 2 }, table, {
      direction: "backward",
      starts: 3,
      workers: 1,
    });
    expect(summary.path[0]).toMatchObject({ formula: "y ~ x + group | x + z", components: 2 });
    expect(summary.chosen).toEqual(TRUTH);
    expect(summary.path.at(-1)!.criterion).toBeCloseTo(forward.summary.path.at(-1)!.criterion!, 4);
  });

  it("lowers the criterion at every step, and says it as its definition does", () => {
    const { path } = forward.summary;
    path.forEach(({ criterion, logLikelihood, df }, step) => {
      expect(criterion).toBeCloseTo(-2 * logLikelihood + df * Math.log(300), 9);
      if (step > 0) expect(criterion!).toBeLessThan(path[step - 1]!.criterion!);
    });
    expect(path.map(({ move }) => move)[0]).toBe("start forward");
    expect(new Set(path.slice(1).map(({ move }) => move))).toEqual(
      new Set(["add an expert", "add x to the experts", "add z to the gate"]),
    );
  });

  it("ends where no neighbour is better, each maximized by itself", async () => {
    const end = forward.summary.path.at(-1)!;
    const around = ["y ~ x + group | z", "y ~ x | x + z", "y ~ 1 | z", "y ~ x"].map((formula) => ({
      formula,
      components: 2,
    }));
    around.push({ formula: "y ~ x | z", components: 3 }, { formula: "y ~ x", components: 1 });
    const shown = forward.summary.neighbours.map(({ formula, components }) => ({
      formula,
      components,
    }));
    expect(new Set(shown)).toEqual(new Set(around));
    for (const { formula, components } of around) {
      const alone = await maximize(fromFormula({ formula, components }), table, {
        starts: 3,
        workers: 1,
      });
      expect(alone.summary.bic, formula).toBeGreaterThan(end.criterion!);
      const here = forward.summary.neighbours.find(
        (one) => one.formula === formula && one.components === components,
      )!;
      expect(here.criterion!).toBeLessThan(alone.summary.bic + 1e-3);
    }
  });
});

test("neighbours are one covariate or one expert away; a gate goes with the last expert but one", () => {
  const space = completeSpace({ response: "y", experts: ["a", "b"], gate: ["c"] });
  const moves = (experts: string[], gate: string[], components: number) =>
    neighbours(space, { experts, gate, components }).map(({ move }) => move);
  expect(moves([], [], 1)).toEqual([
    "add a to the experts",
    "add b to the experts",
    "add an expert",
  ]);
  expect(moves(["b"], ["c"], 4)).toEqual([
    "add a to the experts",
    "remove b from the experts",
    "remove c from the gate",
    "remove an expert",
  ]);
  const less = neighbours(space, { experts: ["b"], gate: ["c"], components: 2 }).at(-1)!;
  expect(less.to).toEqual({ experts: ["b"], gate: [], components: 1 });
  const [more] = neighbours(space, { experts: ["b"], gate: [], components: 1 });
  expect(more!.to.experts).toEqual(["a", "b"]);
});

test("a degenerate model is never chosen, however good its criterion looks", async () => {
  const rng = createRng(2);
  const x = Array.from({ length: 40 }, () => normal(rng));
  // Every row is exactly on one of two lines: with both found, there is no maximum.
  const y = x.map((at, i) => (i % 2 === 0 ? 4 + at : -4 - at));
  const { summary, ok } = await stepwise(
    { response: "y", experts: ["x"], gate: [], maxComponents: 2 },
    tableFrom({ x, y }),
    { starts: 5, workers: 1 },
  );
  const degenerate = summary.neighbours.filter((one) => one.degenerate);
  expect(degenerate.length).toBeGreaterThan(0);
  const end = summary.path.at(-1)!;
  expect(end.degenerate).toBe(false);
  expect(Math.min(...degenerate.map(({ criterion }) => criterion!))).toBeLessThan(end.criterion!);
  expect(ok).toBe(true);
  expect(summary.findings.map(({ code }) => code)).toContain("degenerate-fit");
});

test("covariates that depend on each other are not both taken, and it is said", async () => {
  const rng = createRng(4);
  const x = Array.from({ length: 60 }, () => normal(rng));
  const y = x.map((at) => at + 0.3 * normal(rng));
  const { summary } = await stepwise(
    { response: "y", experts: ["x", "twice"], gate: [], maxComponents: 1 },
    tableFrom({ x, y, twice: x.map((at) => 2 * at) }),
    { workers: 1, starts: 1 },
  );
  // Both fit alike: of equals the first is taken.
  expect(summary.chosen).toEqual({ formula: "y ~ x", components: 1 });
  expect(summary.findings.map(({ code }) => code)).toEqual(["models-left-out"]);
});

test.each([
  [
    { experts: ["x + z"] },
    {},
    'a candidate must be one term, such as x, log(x) or x:z; got "x + z"',
  ],
  [{ maxComponents: 0 }, {}, "`maxComponents` must be a whole number ≥ 1"],
  [{}, { criterion: "nec" as "bic" }, "`criterion` must be one of aic, aicc, bic, icl; got nec"],
  [{}, { starts: 0 }, "`starts` must be a whole number ≥ 1"],
  [{ experts: ["nothing"] }, {}, '"nothing"'],
])("what cannot be is refused: %j %j", async (space, options, message) => {
  await expect(stepwise({ ...SPACE, ...space }, simulated(20), options)).rejects.toThrow(message);
});
