import { expect, test } from "vitest";
import { isRooted } from "../../../src/report/charts/varying-data.ts";
import { cutOff, functionPanels } from "../../../src/report/charts/varying-functions.ts";
import { renderHtml } from "../../../src/report/html.ts";
import { buildVaryingReport } from "../../../src/report/varying.ts";
import type { FunctionAlong, VaryingInput } from "../../../src/report/varying-input.ts";

const grid = [0, 1, 2, 3, 4];
const one = (
  component: number,
  part: FunctionAlong["part"],
  term: string,
  more: Partial<FunctionAlong> = {},
): FunctionAlong => ({
  ...{ component, part, term, varies: true },
  estimate: grid.map((u) => component + 0.1 * u),
  ...more,
});

function input(components: number, more: Partial<VaryingInput> = {}): VaryingInput {
  const functions = Array.from({ length: components }, (_, k) => [
    one(k + 1, "experts", "(Intercept)"),
    one(k + 1, "dispersion", "log sd", { varies: false }),
    one(k + 1, "gate", "(Intercept)"),
  ]).flat();
  return {
    ...{ title: "t", subtitle: "s", ok: true, verdict: "v", findings: [], components },
    ...{ index: "u", rows: grid, grid, functions, facts: [["seed", "1"]], declaration: {} },
    ...more,
  };
}

const ids = (of: VaryingInput): string[] => buildVaryingReport(of).sections.map(({ id }) => id);

test("a page shows what it is given and nothing else", async () => {
  expect(ids(input(2))).toEqual(["functions", "dispersion", "gate", "values", "reproduce"]);
  expect(ids(input(1))).toEqual(["functions", "dispersion", "values", "reproduce"]);
  expect(ids(input(2, { functions: [] }))).toEqual(["reproduce"]);
  const page = await renderHtml(buildVaryingReport(input(2)));
  expect(page).not.toContain("cut off");
  expect(page).toContain("Dashed: held constant.");
  // On the page a log sd is an sd.
  expect(page).toContain("Residual sd");
});

test("an exploding band does not squeeze the others, and the page says that it is cut off", async () => {
  const width = (by: readonly number[]) => ({
    lower: grid.map((u, g) => 1 + 0.1 * u - by[g]!),
    upper: grid.map((u, g) => 1 + 0.1 * u + by[g]!),
  });
  const calm = {
    title: "calm",
    bands: [one(1, "experts", "z", width([1, 1, 1, 1, 1]))],
    constant: false,
  };
  const wild = {
    title: "wild",
    bands: [one(1, "experts", "z", width([1, 1, 1, 1, 1e6]))],
    constant: false,
  };
  expect([cutOff(calm), cutOff(wild)]).toEqual([false, true]);
  const spec = functionPanels([wild], { grid, index: "u" }, { width: 720, narrow: false });
  const domain = /"domain":\[(-?[\d.]+),(-?[\d.]+)\]/g;
  const widths = [...JSON.stringify(spec).matchAll(domain)].map(
    ([, a, b]) => Number(b) - Number(a),
  );
  expect(Math.max(...widths)).toBeLessThan(20);
  const functions = [one(1, "experts", "z", width([1, 1, 1, 1, 1e6]))];
  const page = await renderHtml(buildVaryingReport(input(1, { functions })));
  expect(page).toContain("Bands are cut off where they run far out.");
});

test("a band that could not be computed leaves a gap, and the table says so", async () => {
  const limits = [0, Number.NaN, Number.NaN, Number.NaN, 0];
  const functions = [one(1, "experts", "z", { lower: limits, upper: limits.map((x) => x + 2) })];
  const report = buildVaryingReport(input(1, { functions }));
  const values = report.sections.find(({ id }) => id === "values")!.blocks[0]!;
  const cells = values.kind === "table" ? values.table.rows[0]! : [];
  expect(cells[2]).toBe("1.20\u00a0(no band)");
  expect(await renderHtml(report)).not.toContain("NaN");
});

test("many counts are drawn on the scale of square roots, other numbers are not", () => {
  const x = [1, 2, 3];
  expect(isRooted({ x, y: [0, 3, 400] })).toBe(true);
  expect(isRooted({ x, y: [0, 3, 4] })).toBe(false);
  expect(isRooted({ x, y: [0.5, 3, 400] })).toBe(false);
  expect(isRooted({ x, y: [-1, 3, 400] })).toBe(false);
});
