import { matrix } from "../../src/math/matrix.ts";
import type { CountReport, ReportInput } from "../../src/report/input.ts";
import { fakeReportInput } from "./fake-report-input.ts";

/** A posterior of the number of experts, as a report shows it: K = 2 likeliest, K = 1 never drawn. */
export const fakeCount: CountReport = {
  max: 5,
  prior: [0.4, 0.3, 0.2, 0.099, 0.001],
  probability: [0, 0.68, 0.26, 0.06, 0],
  mcse: [Number.NaN, 0.012, 0.011, 0.004, Number.NaN],
  filled: [0, 0.71, 0.24, 0.05, 0],
  mcseFilled: [Number.NaN, 0.012, 0.011, 0.004, Number.NaN],
  mode: 2,
  transitions: matrix(
    5,
    5,
    Float64Array.from([
      ...[0, 0, 0, 0, 0],
      ...[0, 2400, 300, 20, 0],
      ...[0, 300, 700, 40, 0],
      ...[0, 20, 40, 176, 0],
      ...[0, 0, 0, 0, 0],
    ]),
  ),
  departures: [
    { chain: 1, start: "fewest", from: 1, left: 3, reachedMode: 3 },
    { chain: 2, start: "most", from: 4, left: 12, reachedMode: 1213 },
    { chain: 3, start: "middle", from: 2, left: Number.NaN, reachedMode: 0 },
    { chain: 4, start: "prior", from: 1, left: 5, reachedMode: Number.NaN },
  ],
  neverDrawn: [
    { components: 1, bound: 0.003 },
    { components: 5, bound: Number.NaN },
  ],
};

const chains = fakeReportInput.run!.chains.map((chain, c) => ({
  ...chain,
  acceptance: {
    birth: { proposed: 1000, accepted: 80 + c },
    "collapsed-split": { proposed: 500, accepted: 3 },
    gate: { proposed: 1000, accepted: 800 },
    "own move": { proposed: 0, accepted: 0 },
  },
}));

/** A report on a run whose number of experts is random. */
export const fakeCountInput: ReportInput = {
  ...fakeReportInput,
  run: { ...fakeReportInput.run!, chains },
  count: fakeCount,
};
