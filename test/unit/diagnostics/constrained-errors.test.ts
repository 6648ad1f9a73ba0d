import { expect, it } from "vitest";
import { standardErrors } from "../../../diagnostics/standard-errors.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { fromFormula, maximize } from "../../../src/index.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

const ROWS = 400;
const rng = createRng(3);
const x = Float64Array.from({ length: ROWS }, () => 2 * uniform(rng) - 1);
const y = x.map((value) =>
  uniform(rng) < 0.4 ? 2 + 0.7 * value + 0.5 * normal(rng) : -2 + 0.7 * value + 0.5 * normal(rng),
);
const table = tableFrom({ x, y });
const model = fromFormula({ formula: "y ~ x", components: 2 });
const options = { starts: 2, workers: 1 };

it("equal sds and a shared slope have one standard error, near that of all rows together", async () => {
  const free = await maximize(model, table, options);
  const held = await maximize(model, table, { ...options, equalSd: true, shared: ["x"] });
  const [first, second] = held.summary.components;
  expect(held.summary.standardErrors.missing).toBeUndefined();
  expect(first!.sd!.se).toBeCloseTo(second!.sd!.se!, 12);
  expect(first!.coefficients["x"]!.se).toBeCloseTo(second!.coefficients["x"]!.se!, 12);
  // Where groups are far apart: precision adds up over them.
  const together = (of: "sd" | "x"): number => {
    const ses = free.summary.components.map(({ sd, coefficients }) =>
      of === "sd" ? sd!.se! : coefficients["x"]!.se!,
    );
    return 1 / Math.sqrt(ses.reduce((sum, se) => sum + se ** -2, 0));
  };
  expect(first!.sd!.se! / together("sd")).toBeGreaterThan(0.9);
  expect(first!.sd!.se! / together("sd")).toBeLessThan(1.1);
  expect(first!.coefficients["x"]!.se! / together("x")).toBeGreaterThan(0.9);
  expect(first!.coefficients["x"]!.se! / together("x")).toBeLessThan(1.1);
});

it("what is held has no error, and the rest those of a maximum without it", async () => {
  const free = await maximize(model, table, options);
  const [of] = free.summary.components;
  const value = of!.coefficients["x"]!.estimate;
  const held = await maximize(model, table, {
    ...options,
    fixed: [{ component: 1, term: "x", value }],
  });
  const at = held.summary.components.findIndex(
    ({ coefficients }) => Math.abs(coefficients["x"]!.estimate - value) < 1e-12,
  );
  const own = held.summary.components[at]!;
  expect(own.coefficients["x"]!.se).toBe(0);
  expect(held.summary.standardErrors.missing).toBeUndefined();
  // Knowing the slope, though a wrong one here, cannot make the intercept of the same line much less certain.
  const intercept = ({ coefficients }: typeof own) => coefficients["(Intercept)"]!;
  const same = free.summary.components.find(
    (one) => intercept(one).estimate * intercept(own).estimate > 0,
  )!;
  expect(intercept(own).se! / intercept(same).se!).toBeGreaterThan(0.9);
  expect(intercept(own).se! / intercept(same).se!).toBeLessThan(1.05);
  // Without being told of the equation, there are none: the slope is not nil there.
  const moved = await maximize(model, table, {
    ...options,
    fixed: [{ component: 1, term: "x", value: value + 0.5 }],
  });
  const { target, report } = moved.fitted.compiled;
  expect(standardErrors(target, moved.state, { report })).toMatchObject({
    reason: "not-a-maximum",
  });
  expect(moved.summary.standardErrors.missing).toBeUndefined();
});
