import { describe, expect, it } from "vitest";
import type { ReportInput } from "../../../src/report/input.ts";
import { buildReport } from "../../../src/report/report.ts";
import { fakeReportInput, troubledReportInput } from "../../helpers/fake-report-input.ts";

const ids = (input: ReportInput): string[] => buildReport(input).sections.map(({ id }) => id);
const blocks = (input: ReportInput, id: string) =>
  buildReport(input).sections.find((section) => section.id === id)?.blocks ?? [];
const words = (input: ReportInput, id: string): string => JSON.stringify(blocks(input, id));

describe("buildReport", () => {
  it("shows the fit first and how to do it again last", () => {
    expect(ids(fakeReportInput)).toEqual([
      "fit",
      "components",
      "posterior",
      "chains",
      "checks",
      "reproduce",
    ]);
  });

  it("leaves out what draws of other software cannot have", () => {
    const { title, ok, verdict, findings, variables, traces } = fakeReportInput;
    const foreign = { title, ok, verdict, findings, variables, traces };
    expect(ids(foreign)).toEqual(["posterior", "chains"]);
    expect(buildReport(foreign).subtitle).toBe("");
    expect(ids({ ...foreign, variables: [], traces: [] })).toEqual([]);
  });

  it("says in plain words why components are refused, and shows none", () => {
    expect(blocks(troubledReportInput, "components")).toEqual([
      { kind: "text", text: troubledReportInput.relabelling!.refused },
    ]);
    expect(words(troubledReportInput, "fit")).not.toContain("Expert");
  });

  it("gives a component a dash where its gate row is held at zero", () => {
    const [first, last] = fakeReportInput.components!;
    const input = { ...fakeReportInput, components: [first!, { ...last!, gate: {} }] };
    expect(words(input, "components")).toContain(
      '["Gate: Year","−0.0816 [−0.116,\u00a0−0.0471]","–"]',
    );
  });

  it("writes everything needed to make the draws again", () => {
    const told = words(fakeReportInput, "reproduce");
    for (const fact of ["--seed 1", "moebius 0.1.0", "9f86d081", "gate-update laplace"]) {
      expect(told).toContain(fact);
    }
    const quoted = { ...fakeReportInput.run!, command: "moebius fit 'a --b.csv' --seed 2" };
    expect(words({ ...fakeReportInput, run: quoted }, "reproduce")).toContain(
      JSON.stringify("moebius fit 'a --b.csv' \\\n  --seed 2"),
    );
    const code = blocks(fakeReportInput, "reproduce").find(
      (block) => block.kind === "code" && block.caption === "Declaration",
    );
    expect(code?.kind === "code" && JSON.parse(code.text)).toEqual(fakeReportInput.run!.model);
  });

  it("tells dropped rows, failed chains and exact moves", () => {
    const run = fakeReportInput.run!;
    const chain = { ...run.chains[0]!, status: "failed" as const, error: "NaN at 412." };
    const acceptance = { allocate: { proposed: 0, accepted: 0 } };
    const input: ReportInput = {
      ...fakeReportInput,
      run: {
        ...run,
        data: { ...run.data, dropped: 3 },
        chains: [{ ...chain, acceptance }],
      },
    };
    expect(words(input, "reproduce")).toContain("144 rows, 3 dropped (missing values)");
    expect(words(input, "chains")).toContain("Chain 1: NaN at 412.");
    expect(words(input, "chains")).toContain('"exact"');
  });
});
