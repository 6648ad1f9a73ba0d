import { describe, expect, it } from "vitest";
import type { ReportInput } from "../../../src/report/input.ts";
import { buildReport } from "../../../src/report/report.ts";
import { renderText } from "../../../src/report/text.ts";
import { renderSvg } from "../../../src/report/vega.ts";
import { fakeCount, fakeCountInput } from "../../helpers/fake-count.ts";
import { fakeReportInput } from "../../helpers/fake-report-input.ts";

const blocksOf = (input: ReportInput, id: string) =>
  buildReport(input).sections.find((section) => section.id === id)?.blocks ?? [];
const tablesOf = (input: ReportInput, id: string) =>
  blocksOf(input, id).flatMap((block) => (block.kind === "table" ? [block.table] : []));
const textsOf = (input: ReportInput, id: string) =>
  blocksOf(input, id).flatMap((block) => (block.kind === "text" ? [block.text] : []));
const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("the number of experts in a report", () => {
  it("comes right after the fit, its moves after the chains; neither where it is fixed", () => {
    const ids = buildReport(fakeCountInput).sections.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(["fit", "count", "components"]);
    expect(ids[ids.indexOf("chains") + 1]).toBe("count-moves");
    const fixed = buildReport(fakeReportInput).sections.map(({ id }) => id);
    expect(fixed.filter((id) => id.startsWith("count"))).toEqual([]);
  });

  it("is told in words, likeliest first, and in a table as far as prior or draws reach", () => {
    expect(plain(textsOf(fakeCountInput, "count")[0]!)).toBe(
      "K = 2 with probability 0.68 (± 0.01); K = 3 with probability 0.26 (± 0.01); " +
        "K = 4 with probability 0.060 (± 0.004).",
    );
    const [table] = tablesOf(fakeCountInput, "count");
    expect(table!.columns).toEqual(["K", "prior", "posterior", "posterior of K₊"]);
    expect(table!.rows.map((row) => row.map(plain))).toEqual([
      ["1", "0.400", "0", "0"],
      ["2", "0.300", "0.68 ± 0.01", "0.71 ± 0.01"],
      ["3", "0.200", "0.26 ± 0.01", "0.24 ± 0.01"],
      ["4", "0.0990", "0.060 ± 0.004", "0.050 ± 0.004"],
    ]);
  });

  it("bounds what no draw has where chains started there, and says where it cannot", () => {
    const [, first, second] = textsOf(fakeCountInput, "count");
    expect(first).toBe(
      "No draw has K = 1, which chains left after 4 iterations: its probability is below about " +
        "0.0030, or a visit would have been seen.",
    );
    expect(second).toMatch(/^No draw has K = 5; no chain started there/);
  });

  it("shows moves in words: of the chains, and between numbers", () => {
    const [left, between] = tablesOf(fakeCountInput, "count-moves");
    expect(left!.rows).toEqual([
      ["1", "fewest", "1", "3", "3"],
      ["2", "most", "4", "12", "1213"],
      ["3", "middle", "2", "never", "the start"],
      ["4", "prior", "1", "5", "never"],
    ]);
    expect(between!.columns).toEqual(["from K", "draws", "to 2", "to 3", "to 4"]);
    expect(between!.rows[0]).toEqual(["2", "2720", "88%", "11%", "0.74%"]);
    const acceptance = tablesOf(fakeCountInput, "chains").at(-1)!;
    expect(acceptance.columns).toEqual(["accepted", "chain 1", "chain 2", "chain 3", "chain 4"]);
    expect(acceptance.rows).toEqual([
      ["gate rows", "80%", "80%", "80%", "80%"],
      ["births", "8.0%", "8.1%", "8.2%", "8.3%"],
      ["splits with rows divided anew", "0.60%", "0.60%", "0.60%", "0.60%"],
      ["own move", "exact", "exact", "exact", "exact"],
    ]);
  });

  it("is named wherever components are shown", () => {
    const given = "iven K = 2 experts (68% of the draws)";
    for (const block of [
      ...blocksOf(fakeCountInput, "fit"),
      ...blocksOf(fakeCountInput, "components"),
    ]) {
      expect("caption" in block ? block.caption : "text" in block && block.text).toContain(given);
    }
    expect(JSON.stringify(buildReport(fakeReportInput))).not.toContain("iven K");
  });

  it("is in a terminal's text, in characters that any terminal has", () => {
    const text = renderText(buildReport(fakeCountInput), { width: 200 });
    expect(text).toMatch(/^[\n -~×·±]*$/);
    expect(text).toContain("\nNumber of experts\nK = 2 with probability 0.68 (± 0.01);");
    expect(text).toContain("births 8.2%, splits with rows divided anew 0.60%");
    expect(text).toContain("Given K = 2 experts (68% of the draws). Labels were made");
  });

  it.each([
    ["some numbers never drawn", fakeCount],
    ["every draw alike", { ...fakeCount, max: 1, prior: [1], probability: [1], filled: [1] }],
  ])("is drawn without a warning: %s", async (_, count) => {
    const chart = blocksOf({ ...fakeCountInput, count }, "count").find(
      (block) => block.kind === "chart",
    )!;
    const warnings: string[] = [];
    for (const spec of [chart.chart.wide, chart.chart.narrow]) {
      const svg = await renderSvg(spec, {
        id: "c",
        label: chart.chart.label,
        warn: (message) => warnings.push(message),
      });
      expect(svg).toContain("Number of experts</text>");
      expect(svg).toContain("Probability</text>");
      expect(svg).toContain("Prior of K</text>");
      expect(svg).not.toMatch(/NaN|undefined|…/);
    }
    expect(warnings).toEqual([]);
  });
});
