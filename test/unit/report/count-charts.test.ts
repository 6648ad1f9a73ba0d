import { expect, test } from "vitest";
import { countCheck } from "../../../diagnostics/predictive-check.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { poisson } from "../../../src/math/random/poisson.ts";
import { createRng } from "../../../src/math/rng.ts";
import { countBars } from "../../../src/report/charts/count-bars.ts";
import { draw } from "../../../src/report/charts/frame.ts";
import { quantities } from "../../../src/report/charts/intervals.ts";
import { checkSection } from "../../../src/report/sections/checks.ts";
import { renderSvg } from "../../../src/report/vega.ts";
import { fakeReportInput } from "../../helpers/fake-report-input.ts";

const rng = createRng(81);
const counts = (n: number, mean: number) =>
  Float64Array.from({ length: n }, () => poisson(rng, mean));
const checkOf = (n: number, mean: number) =>
  countCheck(counts(n, mean), matrix(9, n, counts(9 * n, mean)));

test.each([
  ["a few counts", checkOf(50, 2)],
  ["large counts in wide bars", checkOf(200, 4000)],
  ["nothing but zeros", countCheck(new Float64Array(3), matrix(2, 3))],
])("rows by count are drawn without a warning: %s", async (_, check) => {
  const { wide, narrow } = draw("Rows", (page) => countBars(check, "y", page));
  for (const spec of [wide, narrow]) {
    const warnings: string[] = [];
    const svg = await renderSvg(spec, { id: "c", label: "Rows", warn: (w) => warnings.push(w) });
    expect(warnings).toEqual([]);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/<path/g)!.length).toBeGreaterThan(check.from.length);
  }
});

test("the section of checks says what is particular to counts", () => {
  const residuals = { x: "x", at: [1, 2], values: [0, 1], inSds: true } as const;
  const checks = { counts: checkOf(50, 2), pit: [0.2, 0.7], residuals };
  const [section] = checkSection({ ...fakeReportInput, checks });
  const captions = section!.blocks.map((block) => ("caption" in block ? block.caption : ""));
  expect(captions[0]).toContain("how many rows have each value");
  expect(captions[1]).toContain("its place is drawn");
  expect(captions[2]).toContain("in predictive sds");
});

test("a family's other single parameters have panels of their own, by name", () => {
  const estimate = { mean: 1, sd: 1, q5: 0, q95: 2 };
  const component = { weight: 1, coefficients: { x: estimate }, gate: {} };
  const titles = quantities([component, { ...component, parameters: { shape: estimate } }]);
  expect(titles.map(({ title }) => title)).toEqual(["Coefficient: x", "Parameter: shape"]);
});
