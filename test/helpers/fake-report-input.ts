import { createRng, uniform } from "../../src/math/rng.ts";
import type { Band, Estimate, ReportInput, Trace } from "../../src/report/input.ts";

const YEARS = 144;
const FIRST_YEAR = 1880;
const CHANGE = 1963;
const DRAWS = 1000;

const rng = createRng(20, 24);
const normal = (mean: number, sd: number): number =>
  mean + sd * Math.sqrt(-2 * Math.log(uniform(rng))) * Math.cos(2 * Math.PI * uniform(rng));

const grid = Array.from({ length: 120 }, (_, i) => FIRST_YEAR + (i * (YEARS - 1)) / 119);
const early = (x: number): number => -0.22 + 0.0021 * (x - 1925);
const late = (x: number): number => 0.02 + 0.0182 * (x - 1975);
const probabilityLate = (x: number, change = CHANGE): number =>
  1 / (1 + Math.exp(-(x - change) / 3.2));

function bandAround(mean: (x: number) => number, margin: (x: number) => number): Band {
  return {
    mean: grid.map(mean),
    lower: grid.map((x) => mean(x) - margin(x)),
    upper: grid.map((x) => mean(x) + margin(x)),
  };
}

const estimate = (mean: number, sd: number): Estimate => ({
  mean,
  sd,
  q5: mean - 1.645 * sd,
  q95: mean + 1.645 * sd,
  q25: mean - 0.674 * sd,
  q75: mean + 0.674 * sd,
});

function trace(name: string, mean: number, sd: number, chains = 4): Trace {
  const chain = () => {
    let deviation = normal(0, 1);
    return Array.from({ length: DRAWS }, () => {
      deviation = 0.5 * deviation + Math.sqrt(0.75) * normal(0, 1);
      return mean + sd * deviation;
    });
  };
  return { name, chains: Array.from({ length: chains }, chain) };
}

const summary = (name: string, mean: number, sd: number, rhat = 1.001, ess = 1834) => ({
  name,
  mean,
  median: mean,
  sd,
  mad: sd * 0.98,
  q5: mean - 1.645 * sd,
  q95: mean + 1.645 * sd,
  rhat,
  ess_bulk: ess,
  ess_tail: ess * 1.2,
  mcse_mean: sd / Math.sqrt(ess),
});

const years = Array.from({ length: YEARS }, (_, i) => FIRST_YEAR + i);
const inLate = years.map((x) => uniform(rng) < probabilityLate(x));
const anomaly = years.map((x, i) => (inLate[i] ? normal(late(x), 0.1) : normal(early(x), 0.13)));
const predictiveMean = (x: number): number =>
  (1 - probabilityLate(x)) * early(x) + probabilityLate(x) * late(x);
const bump = (x: number, centre: number, sd: number): number =>
  Math.exp(-0.5 * ((x - centre) / sd) ** 2) / (sd * 2.5066);
const densityGrid = Array.from({ length: 100 }, (_, i) => -1 + i * 0.025);
const density = (shift: number) =>
  densityGrid.map((y) => 0.72 * bump(y, -0.2 + shift, 0.17) + 0.28 * bump(y, 0.55 - shift, 0.3));

/** A report on a run that went well: two regimes of a yearly series, as in the demonstration. */
export const fakeReportInput: ReportInput = {
  title: "Temperature ~ Year | Year, 2 Gaussian experts",
  ok: true,
  verdict: "The four chains agree, and each variable has enough effective draws to be reported.",
  findings: [
    {
      code: "gate-separation",
      severity: "note",
      message:
        "The gate's data likelihood has no maximum: the experts divide the rows at a year without " +
        "overlap, so the slope of the gate is limited by its prior alone. Read the gate's " +
        "coefficients as a statement about the prior; the curves below are not affected.",
    },
  ],
  variables: [
    summary("log_likelihood", 93.412, 2.13),
    summary("log_posterior", 78.92, 2.31),
    summary("K_filled", 2, 0, Number.NaN, Number.NaN),
    summary("gate_entropy", 0.0712, 0.0093, 1.002, 1210),
    summary("sd_sorted[1]", 0.1013, 0.0092, 1.001, 2210),
    summary("sd_sorted[2]", 0.1331, 0.0101, 1.0, 2455),
  ],
  traces: [
    trace("log_likelihood", 93.4, 2.13),
    trace("gate_entropy", 0.0712, 0.0093),
    trace("sd_sorted[1]", 0.1013, 0.0092),
    trace("sd_sorted[2]", 0.1331, 0.0101),
  ],
  run: {
    version: "0.1.0",
    seconds: 12.71,
    finished: "20 November 2026, 14:02 UTC",
    settings: {
      sampler: "gibbs",
      samplerOptions: { "gate-update": "laplace" },
      chains: 4,
      warmup: 1000,
      draws: DRAWS,
      thin: 1,
      seed: 1,
    },
    data: {
      source: "data/gistemp.csv",
      rows: YEARS,
      dropped: 0,
      sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    command:
      'moebius fit data/gistemp.csv --formula "Temperature ~ Year | Year" --components 2 ' +
      "--gate-update laplace --chains 4 --warmup 1000 --draws 1000 --seed 1",
    chains: [1, 2, 3, 4].map((chain) => ({
      chain,
      start: chain === 1 ? "k-means" : "short EM",
      status: "complete" as const,
      draws: DRAWS,
      seconds: 5.9 + 0.2 * chain,
      acceptance: { "update-gate": { proposed: 1000, accepted: 921 - 7 * chain } },
    })),
    model: {
      experts: {
        family: "gaussian",
        formula: "Temperature ~ Year",
        prior: { kind: "normal-inverse-gamma", mean: 0, scale: 25, shape: 2, rate: 0.0337 },
      },
      gate: {
        kind: "softmax",
        formula: "~ Year",
        prior: { kind: "normal", mean: 0, sd: 2.5 },
        baseline: "none",
      },
      components: 2,
      standardize: true,
    },
    priors: [
      { block: "coefficients | variance", prior: "normal(0, 25 · variance)", update: "exact draw" },
      { block: "variance", prior: "inverse-gamma(shape 2, rate 0.0337)", update: "exact draw" },
      {
        block: "gate coefficients",
        prior: "normal(mean 0, sd 2.5), each row alike",
        update: "Laplace-t independence Metropolis",
      },
    ],
  },
  curves: {
    x: "Year",
    y: "Temperature",
    grid,
    experts: [
      bandAround(early, (x) => 0.03 + 0.0009 * Math.abs(x - 1922)),
      bandAround(late, (x) => 0.022 + 0.0011 * Math.abs(x - 1994)),
    ],
    gates: [
      {
        mean: grid.map((x) => 1 - probabilityLate(x)),
        lower: grid.map((x) => 1 - probabilityLate(x, CHANGE - 4)),
        upper: grid.map((x) => 1 - probabilityLate(x, CHANGE + 4)),
      },
      {
        mean: grid.map((x) => probabilityLate(x)),
        lower: grid.map((x) => probabilityLate(x, CHANGE + 4)),
        upper: grid.map((x) => probabilityLate(x, CHANGE - 4)),
      },
    ],
    predictive: bandAround(predictiveMean, (x) => 0.22 - 0.05 * probabilityLate(x)),
  },
  points: {
    x: years,
    y: anomaly,
    expert: years.map((x) => (probabilityLate(x) > 0.5 ? 1 : 0)),
    probability: years.map((x) => Math.max(probabilityLate(x), 1 - probabilityLate(x))),
  },
  components: [
    {
      weight: 0.583,
      coefficients: { "(Intercept)": estimate(-4.262, 0.91), Year: estimate(0.0021, 0.00047) },
      sd: estimate(0.1331, 0.0101),
      gate: { "(Intercept)": estimate(160.1, 41.2), Year: estimate(-0.0816, 0.021) },
    },
    {
      weight: 0.417,
      coefficients: { "(Intercept)": estimate(-35.93, 1.52), Year: estimate(0.0182, 0.00076) },
      sd: estimate(0.1013, 0.0092),
      gate: { "(Intercept)": estimate(-160.1, 41.2), Year: estimate(0.0816, 0.021) },
    },
  ],
  relabelling: { method: "ECR-iterative", loss: 0.013 },
  checks: {
    density: {
      grid: densityGrid,
      data: density(0.01),
      replicates: Array.from({ length: 40 }, () => density(normal(0, 0.03))),
    },
    pit: Array.from({ length: YEARS }, () => uniform(rng)),
    residuals: {
      x: "Year",
      at: years,
      values: years.map((x, i) => anomaly[i]! - predictiveMean(x)),
    },
  },
  elpd: [
    { method: "PSIS-LOO", elpd: 86.31, se: 8.42, p: 6.93, unreliable: 0, worstK: 0.41 },
    { method: "WAIC", elpd: 86.44, se: 8.39, p: 6.81 },
  ],
};

/** A report on a run that went wrong, so that components are refused. */
export const troubledReportInput: ReportInput = {
  ...withoutComponents(fakeReportInput),
  ok: false,
  verdict:
    "Two problems make these draws unfit to report: the chains disagree, and one is partial.",
  findings: [
    {
      code: "chains-disagree",
      severity: "problem",
      message:
        "`log_likelihood`: R-hat 1.38 is above 1.01, so the chains have not found the same " +
        "posterior. Run longer, or fit with more starts, before reading any number below.",
    },
    {
      code: "partial-run",
      severity: "problem",
      message: "Chain 3 stopped after 412 of 1000 draws. Continue with --resume.",
    },
    ...fakeReportInput.findings,
  ],
  relabelling: {
    method: "ECR-iterative",
    loss: 0.41,
    refused: "Component means are not reported: the relabelling loss 0.41 is above 0.10.",
  },
};

const LONG_NAME = "a_rather_long_column_name_of_a_survey_question_42";
const SIX = [0, 1, 2, 3, 4, 5];

/** A report on six experts and columns whose names leave little room. */
export const longNamedReportInput: ReportInput = {
  ...fakeReportInput,
  title: `${LONG_NAME} ~ ${LONG_NAME}`,
  variables: fakeReportInput.variables.map((v) => ({ ...v, name: `coef[1,${LONG_NAME}]` })),
  traces: [trace(LONG_NAME, 0, 1, 6)],
  components: SIX.map((k) => ({
    weight: 1 / 6,
    coefficients: { [LONG_NAME]: estimate(k, 1), "(Intercept)": estimate(-k, 2) },
    gate: { [LONG_NAME]: estimate(k, 1) },
  })),
  curves: {
    ...fakeReportInput.curves!,
    x: LONG_NAME,
    y: LONG_NAME,
    held: `${LONG_NAME} at 3.2, ${LONG_NAME} at "low"`,
    experts: SIX.map((k) => bandAround(k % 2 === 0 ? early : late, () => 0.1 + 0.02 * k)),
    gates: SIX.map(() =>
      bandAround(
        () => 1 / 6,
        () => 0.1,
      ),
    ),
  },
  points: { ...fakeReportInput.points!, expert: years.map((year) => year % 6) },
};

function withoutComponents(input: ReportInput): ReportInput {
  const { components: _components, curves, points, ...rest } = input;
  const { experts: _experts, gates: _gates, ...marginal } = curves!;
  return { ...rest, curves: marginal, points: { x: points!.x, y: points!.y } };
}
