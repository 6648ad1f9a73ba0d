import { describe, expect, it } from "vitest";
import { formatCount, formatNumber } from "../../../src/report/format-number.ts";
import { buildReport } from "../../../src/report/report.ts";
import { renderText, tableText, wrap } from "../../../src/report/text.ts";
import { fakeReportInput, troubledReportInput } from "../../helpers/fake-report-input.ts";

describe("renderText", () => {
  it("starts with the verdict and the findings, wrapped", () => {
    const text = renderText(buildReport(troubledReportInput), { width: 80 });
    const prose = text.slice(0, text.indexOf("Posterior summary")).split("\n");
    expect(prose[0]).toMatch(/^Two problems make these draws unfit/);
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text.indexOf("problem chains-disagree")).toBeLessThan(text.indexOf("note gate-sep"));
    expect(text).toContain("Component means are not reported: the relabelling loss 0.41");
  });

  it("aligns the summary to the digits that the Monte Carlo error supports", () => {
    const lines = renderText(buildReport(fakeReportInput)).split("\n");
    const start = lines.findIndex((line) => line.startsWith("variable"));
    const [head, first] = lines.slice(start, start + 2);
    expect(first).toMatch(/^log_likelihood +93\.41 +93\.41 +2\.13 +2\.09 +89\.91 +96\.92 +1\.001/);
    expect(head!.length).toBe(first!.length);
    expect(head!.indexOf("mean") + 4).toBe(first!.indexOf("93.41") + 5);
  });

  it("writes colour codes only when asked to, and only characters of any terminal", () => {
    const report = buildReport(fakeReportInput);
    const ordinary = /^[\n -~×·±]*$/;
    expect(renderText(report)).toMatch(ordinary);
    expect(renderText(report, { colour: true })).toContain("\u001b[32m");
  });

  it("ends the summary with one line of elpd, and says where it must not be trusted", () => {
    expect(renderText(buildReport(fakeReportInput))).toMatch(
      /\nelpd \(PSIS-LOO\) 86\.3 ± 8\.4, p 6\.9\n/,
    );
    const variables = fakeReportInput.variables.map((each) => ({ ...each, rhat: 1.74 }));
    const text = renderText(buildReport({ ...fakeReportInput, variables }), {
      sections: ["posterior", "checks"],
      width: 200,
    });
    const why = "the chains are in different places (R-hat 1.74 > 1.1 for log_likelihood)";
    expect(text).toContain(`p 6.9; not to be trusted: ${why}\n`);
    expect(text).toContain(`These must not be trusted: ${why}.\n`);
  });

  it("shows the sections asked for, in that order", () => {
    const text = renderText(buildReport(fakeReportInput), { sections: ["checks", "reproduce"] });
    expect(text.indexOf("PSIS-LOO")).toBeGreaterThan(0);
    expect(text.indexOf("inverse-gamma")).toBeGreaterThan(text.indexOf("PSIS-LOO"));
    expect(text).not.toContain("log_likelihood");
  });
});

describe("tableText", () => {
  it("keeps the digits of a large count together, and its column flush right", () => {
    const table = {
      columns: ["ess", "x"],
      align: ["right", "right"],
      rows: [
        [formatCount(22_237), formatNumber(-1)],
        [formatCount(950), formatNumber(2)],
      ],
    } as const;
    expect(tableText(table)).toBe("  ess   x\n22237  -1\n  950   2");
  });

  it("sets words flush left, numbers flush right, and ends no line with a blank", () => {
    const table = {
      columns: ["name", "n", "note"],
      align: ["left", "right", "left"],
      rows: [
        ["a", "1.5", "ok"],
        ["bcdef", "22.5", ""],
      ],
    } as const;
    expect(tableText(table)).toBe("name      n  note\na       1.5  ok\nbcdef  22.5");
  });
});

describe("wrap", () => {
  it("breaks between words and indents every line", () => {
    expect(wrap("one two three four", 9, "  ")).toBe("  one two\n  three\n  four");
  });

  it("gives a word that is too long a line of its own", () => {
    expect(wrap("a incomprehensible b", 6)).toBe("a\nincomprehensible\nb");
  });
});
