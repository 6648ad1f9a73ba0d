import { describe, expect, it } from "vitest";
import { compile } from "../../../../models/compile.ts";
import { deviated, gaussian, moe, softmax } from "../../../../models/index.ts";
import { knownFrom } from "../../../../src/analysis/known-from.ts";
import { maximize } from "../../../../src/analysis/maximize.ts";
import type { FunctionKnown, KnownDeclaration } from "../../../../src/core/model.ts";
import { tableFrom } from "../../../../src/data/table.ts";
import { createRng } from "../../../../src/math/rng.ts";
import { predict } from "../../../../src/run/predict.ts";
import { sample } from "../../../../src/run/sample.ts";

const n = 60;
const x = Array.from({ length: n }, (_, i) => Math.sin(2 * i));
const y = x.map((value, i) => (i % 2 ? 1 + value : -1 - value) + 0.3 * Math.cos(7 * i * i));
const table = tableFrom({ x, y });
const mixture = moe({ experts: gaussian("y ~ x"), gate: softmax("~ x"), components: 1 });
const modelWith = (known: KnownDeclaration) => deviated({ known, mixture });

/** Numbers of the known density of a model over the table. */
function known(of: KnownDeclaration) {
  const { target } = compile(modelWith(of), table);
  const read = (write: (out: Float64Array) => void): Float64Array => {
    const out = new Float64Array(n);
    write(out);
    return out;
  };
  const { logDensity, mean, variance, cumulative, simulate } = target.deviation!.known;
  return {
    simulate,
    density: read(logDensity),
    mean: read(mean),
    variance: read((out) => variance.call(target.deviation!.known, out)),
    cumulative: read(cumulative),
  };
}

const asFunction: FunctionKnown = {
  kind: "function",
  words: "a Laplace density in code",
  columns: ["x"],
  logDensity: (value, row) => -Math.abs(value - 0.3 * Number(row["x"])) - Math.log(2),
  sample: (uniform, row) => {
    const u = uniform() - 0.5;
    return 0.3 * Number(row["x"]) - Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
  },
  mean: (row) => 0.3 * Number(row["x"]),
  variance: () => 2,
};

describe("a known density given by functions", () => {
  it("is the same as its text", () => {
    const text = known("laplace(0.3*x, 1)");
    const code = known(asFunction);
    for (const part of ["density", "mean", "variance"] as const) {
      code[part].forEach((value, i) => {
        expect(value).toBeCloseTo(text[part][i]!, 10);
      });
    }
    expect(code.cumulative[0]).toBeNaN();
  });

  it("is sampled in one thread, to the draws of the text, and cannot be kept", async () => {
    const settings = { chains: 2, warmup: 20, draws: 30, seed: 2 };
    const [code, text] = await Promise.all(
      [asFunction, "laplace(0.3*x, 1)"].map((of) => sample(modelWith(of), table, settings)),
    );
    const lambdas = [code!, text!].map(({ draws }) => {
      const at = draws.variables.indexOf("lambda");
      return draws.chains[1]!.values[29 * draws.variables.length + at]!;
    });
    expect(lambdas[0]).toBeCloseTo(lambdas[1]!, 6);
    await expect(
      sample(modelWith(asFunction), table, { ...settings, out: "nowhere" }),
    ).rejects.toThrow("a run that is kept must have a model of plain data");
  });
});

describe("a fitted model as known density", () => {
  it("has the density, moments and distribution function of the fit, and survives JSON", async () => {
    const maximum = await maximize({ ...mixture, components: 2 }, table, { starts: 4, workers: 1 });
    const fit = JSON.parse(JSON.stringify(knownFrom(maximum)));
    const { mean, sd, observed } = predict(maximum.fitted.compiled, maximum.run.draws, table);
    const found = known(fit);
    for (let i = 0; i < n; i++) {
      expect(Math.exp(found.density[i]!)).toBeCloseTo(observed!.density.mean[i]!, 9);
      expect(found.mean[i]).toBeCloseTo(mean.mean[i]!, 9);
      expect(found.variance[i]).toBeCloseTo(sd[i]! ** 2, 8);
      expect(found.cumulative[i]).toBeCloseTo(observed!.cdf.mean[i]!, 8);
    }
    const again = new Float64Array(n).fill(Number.NaN);
    found.simulate(createRng(1), Int32Array.of(3, 5), again);
    expect([...again].filter(Number.isFinite)).toHaveLength(2);
    const beside = await maximize(modelWith(fit), table, { starts: 3, workers: 2 });
    expect(beside.summary.knownLogLikelihood).toBeCloseTo(maximum.summary.logLikelihood, 6);
  });
});
