import { describe, expect, it } from "vitest";
import { compile } from "../../../models/compile.ts";
import { numbersOf } from "../../../src/data/table.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { anchorRows } from "../../../src/run/anchors.ts";
import { recorderOf } from "../../../src/run/chain.ts";
import { createRecorder } from "../../../src/run/recorder.ts";
import { smallModel, smallTable } from "./small.ts";

const table = smallTable();
const compiled = compile(smallModel, table);
const { target } = compiled;
const recorder = recorderOf(compiled);
const state = target.samplePrior(createRng(3));
const values = new Float64Array(recorder.variables.length).fill(99);
recorder.record(state, {}, values);
const of = (name: string): number => {
  expect(recorder.variables).toContain(name);
  return values[recorder.variables.indexOf(name)]!;
};

const y = numbersOf(table, "y", "y");
const x = numbersOf(table, "x", "x");
const isNine = (i: number): number => (i % 3 === 0 ? 0 : 1);

/** Gate probability, mean and density of each component at a row, from the recorded parameters and the raw data. */
function byHand(i: number) {
  const parts = [1, 2].map((k) => {
    const gate = of(`gate[${k},(Intercept)]`) + of(`gate[${k},x]`) * x[i]!;
    const mean =
      of(`coef[${k},(Intercept)]`) +
      of(`coef[${k},x]`) * x[i]! +
      of(`coef[${k},group9]`) * isNine(i);
    const sd = of(`sd[${k}]`);
    const density = Math.exp(-0.5 * ((y[i]! - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
    return { weight: Math.exp(gate), mean, density };
  });
  const total = parts[0]!.weight + parts[1]!.weight;
  return parts.map((part) => ({ ...part, weight: part.weight / total }));
}
const rows = Array.from(y, (_, i) => byHand(i));
const mix = (parts: (typeof rows)[0], pick: "mean" | "density"): number =>
  parts.reduce((sum, part) => sum + part.weight * part[pick], 0);
const average = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

describe("what is recorded of a state", () => {
  it("agrees with a computation by hand from the recorded parameters and the raw data", () => {
    const logLikelihood = rows.reduce((sum, parts) => sum + Math.log(mix(parts, "density")), 0);
    expect(of("log_likelihood") / logLikelihood).toBeCloseTo(1, 10);
    expect(of("log_posterior")).toBeCloseTo(of("log_likelihood") + target.logPrior(state), 8);
    const entropies = rows.map((parts) =>
      parts.reduce((sum, { weight }) => sum - (weight > 0 ? weight * Math.log(weight) : 0), 0),
    );
    expect(of("gate_entropy")).toBeCloseTo(average(entropies), 10);
    for (const k of [1, 2]) {
      const weight = average(rows.map((parts) => parts[k - 1]!.weight));
      expect(of(`weight[${k}]`)).toBeCloseTo(weight, 10);
    }
    for (const anchor of anchorRows(target.features)) {
      const parts = rows[anchor - 1]!;
      expect(of(`predictive_mean[${anchor}]`)).toBeCloseTo(mix(parts, "mean"), 8);
      const ratio = of(`predictive_density[${anchor}]`) / mix(parts, "density");
      expect(ratio).toBeCloseTo(1, 8);
    }
  });

  it("has the counts and the ordered sds", () => {
    expect(of("K")).toBe(2);
    expect(of("K_filled")).toBe(new Set(state.z).size);
    const sds = [of("sd[1]"), of("sd[2]")];
    expect([of("sd_sorted[1]"), of("sd_sorted[2]")]).toEqual(sds.sort((a, b) => a - b));
    expect(values).not.toContain(99);
  });

  it("takes the log-likelihood of the step where it is given", () => {
    const row = new Float64Array(values.length);
    recorder.record(state, { log_likelihood: -7 }, row);
    expect(row[0]).toBe(-7);
    expect(row[1]).toBe(-7 + target.logPrior(state));
    expect(row.subarray(2)).toEqual(values.subarray(2));
  });

  it("does not depend on labels where its name says so", () => {
    const { theta, gamma, z } = state;
    const swapped = {
      theta: matrix(2, theta.columns, swapHalves(theta.data)),
      gamma: matrix(2, gamma.columns, swapHalves(gamma.data)),
      z: z.map((k) => 1 - k),
    };
    const row = new Float64Array(values.length);
    recorder.record(swapped, {}, row);
    const invariant = recorder.variables.indexOf("weight[1]");
    for (let j = 0; j < invariant; j++) expect(row[j]! / values[j]!).toBeCloseTo(1, 10);
    expect(row[recorder.variables.indexOf("sd[1]")]).toBe(of("sd[2]"));
  });

  it("is NaN where a draw has fewer components than there may be", () => {
    const components = {
      declaration: { kind: "any", max: 3 },
      max: 3,
      logProbability: () => -Math.log(3),
      sample: () => 2,
    } as const;
    const random = { ...target, components, capacity: 3 };
    const all = rows.map((_, i) => i + 1);
    const few = createRecorder({ ...compiled, target: random }, { rows: all, target: random });
    const row = new Float64Array(few.variables.length);
    few.record(state, {}, row);
    const third = few.variables.indexOf("weight[3]");
    expect(few.variables).not.toContain("sd_sorted[1]");
    expect([...row.subarray(third)]).toEqual(new Array(row.length - third).fill(Number.NaN));
    expect(row.subarray(0, third).every(Number.isFinite)).toBe(true);
  });
});

describe("anchor rows", () => {
  const features = (n: number, ...columns: number[][]) =>
    matrix(
      n,
      columns.length,
      Float64Array.from({ length: n * columns.length }, (_, j) => {
        return columns[j % columns.length]![Math.floor(j / columns.length)]!;
      }),
    );

  it("lie at the tenth, thirtieth, … ninetieth percentile of the first covariate", () => {
    const descending = Array.from({ length: 100 }, (_, i) => -i);
    const response = descending.map((v) => v * v);
    expect(anchorRows(features(100, response, descending))).toEqual([10, 30, 50, 70, 90]);
  });

  it("are all rows where there are five or fewer, and exist without features", () => {
    expect(anchorRows(features(3, [2, 1, 0]))).toEqual([1, 2, 3]);
    expect(anchorRows(matrix(1, 0))).toEqual([1]);
    expect(anchorRows(matrix(10, 0))).toEqual([2, 4, 6, 8, 10]);
  });
});

function swapHalves(data: Float64Array): Float64Array {
  const half = data.length / 2;
  return Float64Array.from([...data.subarray(half), ...data.subarray(0, half)]);
}
