import { beforeAll, describe, expect, it } from "vitest";
import type { ReportChart } from "../../../src/core/report.ts";
import type { ReportInput } from "../../../src/report/input.ts";
import { buildReport } from "../../../src/report/report.ts";
import { renderSvg } from "../../../src/report/vega.ts";
import { fakeReportInput, troubledReportInput } from "../../helpers/fake-report-input.ts";

const charts = (input: ReportInput): ReportChart[] =>
  buildReport(input).sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : [])),
  );

/** Draws both versions of each chart; a warning of Vega is a failure. */
async function drawAll(input: ReportInput): Promise<string[]> {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const out: string[] = [];
  for (const { wide, narrow, label } of charts(input)) {
    out.push(await renderSvg(wide, { id: "w", label, warn }));
    out.push(await renderSvg(narrow, { id: "n", label, warn }));
  }
  expect(warnings).toEqual([]);
  return out;
}

const constant = new Array(50).fill(2);
const awkward: ReportInput = {
  ...fakeReportInput,
  traces: [
    { name: "constant", chains: [constant, constant] },
    { name: "with gaps", chains: [[1, Number.NaN, 3], [2]] },
    { name: 'a.b[1] & "<c>"', chains: [[1, 2, Number.POSITIVE_INFINITY]] },
  ],
  points: { x: [1900, Number.NaN], y: [0, 1], expert: [0, 1], probability: [1, Number.NaN] },
  checks: { pit: [], residuals: { x: "Year", at: [1], values: [0.5] } },
};

let good: readonly string[];

beforeAll(async () => {
  good = await drawAll(fakeReportInput);
});

describe("the charts", () => {
  it.each([
    ["of a good run", fakeReportInput, 16],
    ["of a run whose components are refused", troubledReportInput, 12],
    ["of constant, missing, infinite and very few values", awkward, 14],
  ])("%s are drawn without a warning", async (_name, input, drawings) => {
    const drawn = input === fakeReportInput ? good : await drawAll(input);
    expect(drawn).toHaveLength(drawings);
    for (const svg of drawn) {
      expect(svg).toMatch(/^<svg class="" role="img" aria-label="[^"]+" width="\d/);
      expect(svg).toContain("<path");
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it("name their colours by role, so that one drawing serves light and dark", () => {
    for (const svg of good) {
      const paints = [...svg.matchAll(/ (?:fill|stroke)="([^"]+)"/g)].map(([, paint]) => paint!);
      const fixed = paints.filter((paint) => !/^(var\(--[\w-]+\)|none|transparent)$/.test(paint));
      expect([...new Set(fixed)]).toEqual([]);
    }
  });

  it("have a title on the axes of every panel that shares none", () => {
    const titles = JSON.stringify(charts(fakeReportInput)).match(/"title":"[^"]+"/g) ?? [];
    for (const title of ["Year", "Temperature", "Density", "Residual", "Rows", "Residual sd"]) {
      expect(titles).toContain(`"title":"${title}"`);
    }
  });

  it("draw each expert in a colour of its own, the same in each chart", () => {
    const [fit, , gate] = good;
    for (const svg of [fit, gate]) {
      expect(svg).toContain('stroke="var(--expert-1)"');
      expect(svg).toContain('stroke="var(--expert-2)"');
      expect(svg).not.toContain("var(--expert-3)");
    }
  });

  it("draw an expert's line thick only where its gate lets it speak", () => {
    const spec = JSON.stringify(charts(fakeReportInput)[0]!.wide);
    const early = spec.match(/\{"x":1880,"series":"Expert 2"[^}]*\}/g) ?? [];
    expect(early.some((row) => row.includes('"mean":null'))).toBe(true);
    expect(early.some((row) => !row.includes('"mean":null'))).toBe(true);
  });

  it("say so when they show a part of many rows", () => {
    const many = Float64Array.from({ length: 5000 }, (_, i) => i);
    const report = buildReport({ ...fakeReportInput, points: { x: many, y: many } });
    const captions = report.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === "chart" ? [block.caption] : [])),
    );
    expect(captions[0]).toContain("Thinned for display: 2000 of 5000 rows.");
    expect(captions.some((caption) => caption.includes("500 of 1000 draws a chain"))).toBe(true);
  });

  it("are the same, byte for byte, each time they are drawn", async () => {
    expect(await drawAll(awkward)).toEqual(await drawAll(awkward));
  });
});
