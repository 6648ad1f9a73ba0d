import { describe, expect, it } from "vitest";
import { compareFindings } from "../../../diagnostics/findings/compare.ts";
import type { Compared, CompareEvidence } from "../../../diagnostics/findings/compare-evidence.ts";

const parameter = (mean: number, estimate = 0, asymmetry = 0): Compared => ({
  posterior: { mean, sd: 1, q5: mean - 1.6, q95: mean + 1.6, asymmetry },
  maximum: { estimate, se: 1, lower: estimate - 1.6, upper: estimate + 1.6 },
  difference: mean - estimate,
});

const withSlope = (slope: Compared) => [
  { weight: parameter(0), coefficients: { x: slope }, gate: { x: parameter(0) } },
];

const fine: CompareEvidence = {
  components: withSlope(parameter(0.1)),
  logLikelihood: {
    posteriorMean: -104,
    posteriorSd: 2,
    q5: -108,
    q95: -101,
    maximum: -100,
    df: 8,
    atPosteriorMean: -100.1,
  },
  optima: [{ logLikelihood: -100.000_01, count: 20, degenerate: false }],
  separated: false,
  degenerate: false,
  problems: { run: [], maximum: [] },
};

const codes = (changed: Partial<CompareEvidence>) =>
  compareFindings({ ...fine, ...changed }).map(({ code }) => code);

const at = (atPosteriorMean: number) => ({ ...fine.logLikelihood, atPosteriorMean });
const ends = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([logLikelihood, count]) => ({ logLikelihood, count, degenerate: false }));

it("nothing is said where both sides agree", () => {
  expect(codes({})).toEqual([]);
});

describe("a mean far from the maximum", () => {
  const far = withSlope(parameter(2.5));

  it("is the prior's pull only where the likelihood there is lower by more than 2", () => {
    expect(codes({ components: far, logLikelihood: at(-103.2) })).toEqual(["prior-pull"]);
    expect(codes({ components: far, logLikelihood: at(-101.9) })).toEqual([]);
    expect(codes({ components: withSlope(parameter(1.9)), logLikelihood: at(-103.2) })).toEqual([]);
  });

  it("is skewness where the long tail lies on that side", () => {
    expect(codes({ components: withSlope(parameter(0.8, 0, 0.4)) })).toEqual(["skewed-posterior"]);
    expect(codes({ components: withSlope(parameter(0.8, 0, -0.4)) })).toEqual([]);
    expect(codes({ components: withSlope(parameter(0.8, 0, 0.2)) })).toEqual([]);
    expect(codes({ components: withSlope(parameter(0.3, 0, 0.4)) })).toEqual([]);
  });

  it("is not looked at between optima, and in a separated gate not of the gate", () => {
    const elsewhere = { components: far, logLikelihood: at(-110), optima: ends([-105, 20]) };
    expect(codes(elsewhere)).toEqual(["other-optimum"]);
    const components = [{ ...withSlope(parameter(0))[0]!, gate: { x: parameter(-9) } }];
    const separated = { components, logLikelihood: at(-110), separated: true };
    expect(codes(separated)).toEqual(["maximum-at-infinity"]);
    expect(codes({ ...separated, separated: false })).toEqual(["prior-pull"]);
  });
});

describe("optima", () => {
  it.each([
    [
      [
        [-100, 19],
        [-103, 1],
      ],
      [],
    ],
    [
      [
        [-100, 15],
        [-103, 5],
      ],
      ["several-optima"],
    ],
    [
      [
        [-103, 19],
        [-100, 1],
      ],
      ["other-optimum"],
    ],
    [
      [
        [-98, 1],
        [-100, 19],
      ],
      ["maximum-missed"],
    ],
    [[[-99.95, 20]], []],
  ] as const)("EM from draws ends at %j: %j", (where, expected) => {
    expect(codes({ optima: ends(...where) })).toEqual(expected);
  });

  it("degenerate ends do not count", () => {
    const spike = { logLikelihood: -50, count: 15, degenerate: true };
    expect(codes({ optima: [spike, ...ends([-100, 5])] })).toEqual([]);
    expect(codes({ optima: [spike] })).toEqual([]);
  });
});

describe("what a side lacks", () => {
  it("a degenerate maximum is told, and nothing is compared with it", () => {
    const far = { components: withSlope(parameter(9)), logLikelihood: at(-300) };
    expect(codes({ ...far, degenerate: true, noErrors: "singular" })).toEqual([
      "maximum-without-bound",
    ]);
  });

  it("standard errors that are missing are a note, and left to separation where that is why", () => {
    const [finding] = compareFindings({ ...fine, noErrors: "the information is singular" });
    expect(finding).toMatchObject({ code: "no-standard-errors", severity: "note" });
    expect(finding!.message).toContain("the information is singular");
    expect(codes({ noErrors: "singular", separated: true })).toEqual(["maximum-at-infinity"]);
  });

  it("problems that leave nothing to compare with are named; others are not", () => {
    const problems = { run: ["chains-disagree", "high-pareto-k"], maximum: ["em-not-converged"] };
    const [finding] = compareFindings({ ...fine, problems });
    expect(finding).toMatchObject({ code: "sides-in-doubt", severity: "problem" });
    expect(finding!.message).toContain(
      "of the draws chains-disagree; of the maximum em-not-converged",
    );
    expect(codes({ problems: { run: ["high-pareto-k"], maximum: [] } })).toEqual([]);
  });
});
