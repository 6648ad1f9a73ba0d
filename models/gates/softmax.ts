import type { Design } from "../../src/core/data.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { Gate, GateFamily, GateUpdate } from "../../src/core/gate.ts";
import { lazily } from "../../src/core/lazily.ts";
import type { GateDeclaration } from "../../src/core/model.ts";
import { columnLogSumExp } from "../../src/math/columns.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import type { Lanes } from "../../src/math/lanes/lanes.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { normal as normalVariate } from "../../src/math/random/normal.ts";
import { normal } from "../priors/normal.ts";
import { anyRowPrior, maximizeUnderAny } from "./softmax-any-prior.ts";
import { softmaxContrasts } from "./softmax-contrasts.ts";
import { laplaceUpdate } from "./softmax-laplace.ts";
import { softmaxGivenLevels } from "./softmax-levels.ts";
import { maximizeGate } from "./softmax-maximize.ts";
import { softmaxPass } from "./softmax-pass.ts";
import { polyaGammaUpdate } from "./softmax-polya-gamma.ts";
import { type NormalRowPrior, normalRowPrior } from "./softmax-prior.ts";
import { gateRows } from "./softmax-rows.ts";
import { sliceUpdate } from "./softmax-slice.ts";

const DEFAULT_SD = 2;

/** P(z_i = k | x_i) = softmax of w_i'γ_k; rows of gamma iid, or the last one zero (baseline "last"). */
export const softmax: GateFamily = {
  kind: "softmax",
  reference: "[jacobs1991]",
  defaultPrior: normal(0, DEFAULT_SD),
  compile: compileSoftmax,
};

function compileSoftmax(design: Design, declaration: GateDeclaration): Gate {
  if (declaration.kind !== "softmax") {
    throw new ModelError(`the declaration must be of a softmax gate; got ${declaration.kind}`);
  }
  if (design.offset !== undefined) {
    throw new ModelError("a gate formula must not hold an offset(); remove it");
  }
  const { rows: n, columns: q, data: W } = design.X;
  const prior = declaration.prior ?? softmax.defaultPrior;
  const fixedRows = declaration.baseline === "last" ? 1 : 0;
  const logProbability = softmaxLogProbability(W, n, q);
  const scratch = lazily(() => gateRows(W, n, q));
  const shared = {
    terms: design.terms,
    design,
    dimension: q,
    fixedRows,
    logProbability,
    logWeight: (gammaRow: Vector, out: Vector) => linearPredictor(W, q, n, gammaRow, out),
    weights: (gamma: Matrix) => scratch().of(gamma),
    pass: (components: number, lanes?: Lanes) => softmaxPass(W, q, components, fixedRows, lanes),
  } as const;
  const objective = { W, q, fixedRows } as const;

  if (prior.kind !== "normal") {
    const rowPrior = anyRowPrior(prior);
    const { distribution, width } = rowPrior;
    return {
      ...shared,
      updates: [
        {
          name: "slice",
          method: "slice sampling, one coefficient at a time",
          step: whenUsed(() => sliceUpdate(scratch(), distribution, width, fixedRows)),
        },
      ],
      logPrior: (gammaRow) => gammaRow.reduce((sum, g) => sum + distribution.logDensity(g), 0),
      samplePrior(rng, gammaRow) {
        for (let j = 0; j < q; j++) gammaRow[j] = distribution.sample(rng);
      },
      maximize(gamma, responsibility, priorWeight) {
        maximizeUnderAny(objective, rowPrior, gamma, responsibility, priorWeight);
      },
    };
  }

  const rowPrior = normalRowPrior(prior, q);
  const levels = lazily(() => softmaxGivenLevels(W, n, q, rowPrior, hasIntercept(design)));
  return {
    ...shared,
    updates: [
      {
        name: "laplace",
        method: "independence Metropolis from a Laplace-t approximation, one row at a time",
        step: whenUsed(() => laplaceUpdate(scratch(), rowPrior, fixedRows)),
      },
      {
        name: "polya-gamma",
        method: "Pólya-Gamma augmentation, one row at a time",
        step: whenUsed(() => polyaGammaUpdate(scratch(), rowPrior, fixedRows)),
      },
    ],
    logPrior: rowPrior.logDensity,
    contrasts: softmaxContrasts(rowPrior, fixedRows),
    samplePrior: rowPrior.sample,
    get givenLevels() {
      return levels();
    },
    ...(fixedRows === 0 ? { translate: translation(rowPrior, q) } : {}),
    maximize(gamma, responsibility, priorWeight, tolerance) {
      const free = (gamma.rows - fixedRows) * q;
      const priorMean = new Float64Array(free).fill(rowPrior.mean);
      const priorPrecision = new Float64Array(free).fill(priorWeight / rowPrior.sd ** 2);
      maximizeGate({ ...objective, priorMean, priorPrecision }, gamma, responsibility, tolerance);
    },
  };
}

function hasIntercept({ terms }: Design): boolean {
  return terms[0] === "(Intercept)";
}

/** An update that takes its scratch over n when it first runs: most gates run one of theirs, or none. */
function whenUsed(make: () => GateUpdate["step"]): GateUpdate["step"] {
  const update = lazily(make);
  return (rng, gamma, z) => update()(rng, gamma, z);
}

/** Linear predictors less their log-sum-exp, column by column; takes its scratch when it is first used. */
function softmaxLogProbability(W: Vector, n: number, q: number): Gate["logProbability"] {
  const scratch = lazily(() => ({
    logSumExp: columnLogSumExp(n),
    normalizer: new Float64Array(n),
  }));
  return (gamma, out) => {
    const { logSumExp, normalizer } = scratch();
    for (let k = 0; k < gamma.rows; k++) linearPredictor(W, q, n, row(gamma, k), row(out, k));
    logSumExp(out, normalizer);
    for (let k = 0; k < gamma.rows; k++) subtractFrom(row(out, k), normalizer);
  };
}

function subtractFrom(values: Vector, amounts: Vector): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! - amounts[i]!;
}

/**
 * Exact draw of the common translation γ_k + δ: the likelihood does not depend on it, and under the iid normal prior
 * the mean of the rows is N(mean, sd² / K) whatever their differences.
 */
function translation({ mean, sd }: NormalRowPrior, q: number): NonNullable<Gate["translate"]> {
  return (rng, { rows: K, data }) => {
    for (let j = 0; j < q; j++) {
      let average = 0;
      for (let k = 0; k < K; k++) average += data[k * q + j]! / K;
      const shift = mean + (sd / Math.sqrt(K)) * normalVariate(rng) - average;
      for (let k = 0; k < K; k++) data[k * q + j] = data[k * q + j]! + shift;
    }
  };
}
