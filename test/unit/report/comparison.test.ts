import { describe, expect, it } from "vitest";
import type { Compared } from "../../../diagnostics/findings/compare-evidence.ts";
import { buildComparisonReport } from "../../../src/report/comparison.ts";
import { renderHtml } from "../../../src/report/html.ts";
import type { ComparisonInput } from "../../../src/report/input.ts";
import { buildReport } from "../../../src/report/report.ts";
import { renderText } from "../../../src/report/text.ts";
import { fakeReportInput } from "../../helpers/fake-report-input.ts";

const parameter = (mean: number, estimate: number, se: number | null): Compared => ({
  posterior: { mean, sd: 0.5, q5: mean - 0.8, q95: mean + 0.8, asymmetry: 0 },
  maximum: {
    estimate,
    se,
    lower: se === null ? null : estimate - 1.6 * se,
    upper: se === null ? null : estimate + 1.6 * se,
  },
  difference: se === null ? null : (mean - estimate) / se,
});

const component = (at: number) => ({
  weight: parameter(0.5, 0.48, 0.1),
  coefficients: { "(Intercept)": parameter(at, at + 0.2, 0.4), x: parameter(1, 1.1, null) },
  sd: parameter(2, 1.9, 0.3),
  gate: { x: parameter(0.3, 300, 80) },
});

const input: ComparisonInput = {
  title: "Posterior and maximum likelihood: y ~ x",
  subtitle: "data.csv",
  ok: false,
  verdict: "One problem found: prior pull.",
  findings: [{ code: "prior-pull", severity: "problem", message: "The prior draws." }],
  components: [component(0), component(3)],
  ordered: { "sd_sorted[1]": parameter(1, 0.9, null) },
  logLikelihood: {
    posteriorMean: -104,
    posteriorSd: 2,
    q5: -108,
    q95: -101,
    maximum: -100,
    df: 8,
    atPosteriorMean: -100.1,
  },
  optima: [{ logLikelihood: -100, count: 20, degenerate: false }],
  ...(fakeReportInput.curves === undefined
    ? {}
    : { curves: fakeReportInput.curves, predictive: fakeReportInput.curves.predictive }),
  ...(fakeReportInput.points === undefined ? {} : { points: fakeReportInput.points }),
};

const text = (changed: Partial<ComparisonInput> = {}) =>
  renderText(buildComparisonReport({ ...input, ...changed }), { sections: ["comparison"] });

describe("the page", () => {
  it("has a table an expert: mean (sd), interval, estimate (se), interval, difference", () => {
    const line = text()
      .split("\n")
      .find((one) => one.startsWith("(Intercept)"))!;
    expect(line.replace(/\s+/g, " ").trim()).toBe(
      "(Intercept) 0.00 (0.50) -0.800 to 0.800 0.20 (0.40) -0.440 to 0.840 -0.50",
    );
    expect(text()).toContain("Expert 2");
  });

  it("leaves out what has no standard error", () => {
    const line = text()
      .split("\n")
      .find((one) => one.startsWith("x "))!;
    expect(line.replace(/\s+/g, " ").trim()).toMatch(
      /^x 1\.00 \(0\.50\) 0\.200 to 1\.80 1\.10 [-–] [-–]$/,
    );
  });

  it("says how far the log-likelihoods are apart, and how far they should be", () => {
    const words = text().replace(/\s+/g, " ");
    expect(words).toContain("at the maximum: -100.00. Under the posterior: mean -104.00, sd 2");
    expect(words).toContain("which is 4 lower");
    expect(words).toContain("here 4.");
    expect(words).toContain("EM ends at this maximum from each of 20 draws");
  });

  it("shows ordered parameters where labels are refused", () => {
    const words = text({ components: [] });
    expect(words).toContain("sd_sorted[1]");
    expect(words).not.toContain("(Intercept)");
    expect(text()).not.toContain("sd_sorted[1]");
  });

  it("lists the optima that draws lead to where there are several", () => {
    const optima = [-100, -103].map((logLikelihood) => ({
      logLikelihood,
      count: 10,
      degenerate: false,
    }));
    expect(text({ optima }).replace(/\s+/g, " ")).toContain("-103.00 -3.00 10 an optimum");
  });

  it("draws both sides, and an estimate that has run off does not flatten its panel", async () => {
    const html = await renderHtml(buildComparisonReport(input));
    expect(html.match(/<figure>/g)).toHaveLength(2);
    const [chart] = buildComparisonReport(input).sections[0]!.blocks.filter(
      (block) => block.kind === "chart",
    );
    const spec = JSON.stringify(chart!.kind === "chart" && chart!.chart.wide);
    const domains = [...spec.matchAll(/"scale":\{"domain":\[([-\d.e]+),([-\d.e]+)\]/g)];
    expect(domains.length).toBeGreaterThan(3);
    for (const [, low, high] of domains) expect(Number(high) - Number(low)).toBeLessThan(20);
  });
});

describe("the section in the report of a run", () => {
  it("is there, with verdict and findings, where a comparison was made", () => {
    const { sections, findings } = buildReport({ ...fakeReportInput, comparison: input });
    const section = sections.find(({ id }) => id === "comparison")!;
    expect(section.blocks.map(({ kind }) => kind).slice(0, 3)).toEqual([
      "text",
      "findings",
      "text",
    ]);
    expect(findings).toEqual(fakeReportInput.findings);
  });

  it("is left out elsewhere", () => {
    const { sections } = buildReport(fakeReportInput);
    expect(sections.map(({ id }) => id)).not.toContain("comparison");
  });
});
