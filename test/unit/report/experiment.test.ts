import { expect, it } from "vitest";
import type { ContractionSummary, Rate } from "../../../src/core/experiment.ts";
import { rateChart } from "../../../src/report/charts/rates.ts";
import { buildExperimentReport } from "../../../src/report/experiment.ts";
import { renderHtml } from "../../../src/report/html.ts";
import { renderText } from "../../../src/report/text.ts";

const rate: Rate = {
  truth: "two",
  fit: "maximum",
  measure: "shared_gate",
  slope: { estimate: -0.1, low: -0.2, high: 0 },
  slopeOfLogRate: null,
  theory: -0.25,
  published: -0.125,
  notSlower: false,
};

const cell = (n: number, median: number) => ({
  truth: "two",
  fit: "maximum",
  n,
  replicates: 20,
  failed: n === 100 ? 3 : 0,
  degenerate: 0,
  notConverged: 0,
  unsettled: 0,
  measures: [
    { measure: "shared_gate", median, trimmedMean: median, low: 0, high: 2 * median, count: 20 },
  ],
  choices: [
    {
      how: "dendrogram",
      ofTruth: 0.8,
      hits: { estimate: 0.8, low: 0.6, high: 0.9 },
      shares: { 2: 0.8, 3: 0.2 },
    },
  ],
});

const summary: ContractionSummary = {
  kind: "contraction",
  name: "an experiment",
  verdict: "problems",
  conclusion: "1 of 1 slopes are slower than theory says.",
  findings: [],
  tasks: 40,
  missing: 0,
  seed: 1,
  version: "test",
  rates: [rate],
  cells: [cell(100, 0.5), cell(1600, 0.4)],
};

const layersOf = (spec: Readonly<Record<string, unknown>>) =>
  spec["layer"] as { data: { values: Record<string, number>[] } }[];

it("draws theory's slope from the first median", () => {
  const spec = rateChart(summary.cells, summary.rates, { width: 700, narrow: false });
  const [quartiles, theory] = layersOf(spec);
  expect(theory!.data.values.map(({ n, value }) => [n, value])).toEqual([
    [100, 0.5],
    [1600, 0.5 * 16 ** -0.25],
  ]);
  // A quartile of 0 has no place on a log axis: the line then begins at the median.
  expect(quartiles!.data.values[0]).toMatchObject({ low: 0.5, high: 1 });
});

it("shows slopes beside theory's, choices and failures", async () => {
  const report = buildExperimentReport(summary);
  const words = renderText(report, { sections: ["rates", "choices", "failures"], width: 100 });
  expect(words).toMatch(/shared_gate +.0\.100 +.0\.20 to 0\.00 +. +.0\.250 +.0\.125 +no/);
  expect(words).toMatch(/dendrogram +100 +80% +60% to 90% +80% +2: 80%, 3: 20%/);
  expect(words).toMatch(/maximum +100 +20 +3 +0 +0 +0/);
  expect(await renderHtml(report)).toContain("<svg");
});
