import type { DistributionDeclaration } from "../../../src/core/distribution.ts";
import type { Gate, GateGivenLevels } from "../../../src/core/gate.ts";
import { lazily } from "../../../src/core/lazily.ts";
import { columnLogSumExp } from "../../../src/math/columns.ts";
import { fastLog } from "../../../src/math/exp.ts";
import { type Matrix, row, type Vector } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { priorOnCoefficients } from "../../experts/coefficient-prior.ts";
import { type Coordinate, coefficientCoordinates } from "../../experts/coordinate-prior.ts";
import { normalRowPrior } from "../../gates/softmax-prior.ts";
import type { Functions } from "./functions.ts";
import { gateRowTerms, levelTerms } from "./gate-terms.ts";
import { type FunctionWeights, functionWeights, gateUpdates } from "./gate-updates.ts";
import { type LaplaceFunctions, laplaceFunctions } from "./laplace.ts";
import type { LevelPriors } from "./normal-functions.ts";
import { scaleGrid } from "./scale-grid.ts";

/** Rounds over the rows of gamma towards its maximum, in each of many steps of EM, and what ends them. */
const MOST_ROUNDS = 4;
const SMALL = 1e-3;

/** A softmax gate whose coefficients are functions: a row of gamma holds their coordinates, iid over components. */
export function varyingGate(
  terms: readonly string[],
  functions: Functions,
  declared: DistributionDeclaration,
): Gate {
  const { rows } = functions;
  const { n, terms: q } = rows;
  const prior = normalRowPrior(declared, q);
  const levels = coefficientCoordinates(priorOnCoefficients({ coefficients: declared }, q));
  const levelPriors: LevelPriors = {
    mean: new Float64Array(q).fill(prior.mean),
    precision: new Float64Array(q).fill(1 / prior.sd ** 2),
  };
  const laplace = lazily(() => laplaceFunctions(functions, levels));
  const weights = lazily(() => functionWeights(functions));
  const logWeight = logWeights(functions);
  const logSumExp = lazily(() => columnLogSumExp(n));
  const normalizer = lazily(() => new Float64Array(n));
  const hasIntercept = terms[0] === "(Intercept)";
  const given = lazily(() => givenLevels(functions, levels, levelPriors, hasIntercept));

  return {
    terms: [...terms, ...coordinateNames(terms, functions)],
    dimension: functions.size,
    coordinates: functions.size - terms.length,
    fixedRows: 0,
    updates: gateUpdates(functions, levelPriors, laplace, weights),
    logPrior: (own) => prior.logDensity(own.subarray(0, q)) + functions.logPrior(own),
    logWeight,
    samplePrior(rng, own) {
      prior.sample(rng, own.subarray(0, q));
      functions.samplePrior(rng, own);
    },
    weights: (gamma) => weights().rows.of(weights().linearOf(gamma)),

    logProbability(gamma, out) {
      for (let k = 0; k < gamma.rows; k++) logWeight(row(gamma, k), row(out, k));
      logSumExp()(out, normalizer());
      for (let k = 0; k < gamma.rows; k++) {
        for (let i = 0; i < n; i++) out.data[k * n + i] = out.data[k * n + i]! - normalizer()[i]!;
      }
    },

    /** The mean over components of each level is N(mean, sd² / K) whatever else is. */
    translate(rng, { rows: K, columns, data }) {
      for (let j = 0; j < q; j++) {
        let average = 0;
        for (let k = 0; k < K; k++) average += data[k * columns + j]! / K;
        const shift = prior.mean + (prior.sd / Math.sqrt(K)) * normal(rng) - average;
        for (let k = 0; k < K; k++) data[k * columns + j] = data[k * columns + j]! + shift;
      }
    },

    get givenLevels() {
      return given();
    },

    maximize: maximizeRows(functions, levelPriors, laplace, weights),
  };
}

/** out[i] = the linear predictor of row i. */
function logWeights(functions: Functions): (own: Vector, out: Vector) => void {
  const linear = new Float64Array(functions.rows.length);
  return (own, out) => {
    functions.toLinear(own, linear);
    functions.rows.predict(linear, undefined, out);
  };
}

function coordinateNames(terms: readonly string[], { varying, rows }: Functions): string[] {
  const names = varying.map((j) => terms[j]!);
  const bases = Array.from({ length: rows.basis.size }, (_, m) => m + 1);
  return [
    ...names.map((name) => `scale:${name}`),
    ...names.flatMap((name) => bases.map((m) => `shape:${name}:${m}`)),
  ];
}

/** Row by row to the maximum of levels and shapes given the scales, these balanced with them, from wide scales. */
function maximizeRows(
  functions: Functions,
  prior: LevelPriors,
  laplace: () => LaplaceFunctions,
  weights: () => FunctionWeights,
): Gate["maximize"] {
  const linear = new Float64Array(functions.rows.length);
  return (gamma: Matrix, responsibility: Matrix, priorWeight: number): void => {
    const { rows, linearOf } = weights();
    const { terms, loadOthers, loadShares } = gateRowTerms(functions.rows.n);
    const before = new Float64Array(functions.size);
    for (let k = 0; k < gamma.rows; k++) {
      functions.varying.forEach((_, f) => {
        row(gamma, k)[functions.scaleAt(f)] = functions.psi;
      });
    }
    rows.refresh(linearOf(gamma));
    for (let round = 0; round < MOST_ROUNDS && gamma.rows > 1; round++) {
      let moved = 0;
      for (let k = 0; k < gamma.rows; k++) {
        const own = row(gamma, k);
        before.set(own);
        rows.isolate(k);
        loadOthers(rows);
        loadShares(responsibility, k);
        laplace().load(own, terms, priorWeight);
        laplace().findMode(prior.mean);
        laplace().toMode(own);
        functions.balance(own);
        functions.toLinear(own, linear);
        rows.replace(k, linear);
        for (let j = 0; j < own.length; j++)
          moved = Math.max(moved, Math.abs(own[j]! - before[j]!));
      }
      if (moved < SMALL) return;
    }
  };
}

/** A row given levels: scales from a grid around a maximum, levels and shapes from a t at their mode given these. */
function givenLevels(
  functions: Functions,
  levels: readonly Coordinate[],
  prior: LevelPriors,
  hasIntercept: boolean,
): GateGivenLevels {
  const { n, terms: q } = functions.rows;
  const laplace = laplaceFunctions(functions, levels);
  const { terms, logLevels, loadMembers, total, isBelow } = levelTerms(n);
  const start = new Float64Array(q);
  const eta = new Float64Array(n);
  const logWeight = logWeights(functions);
  const grid = scaleGrid(functions, prior);
  const near = new Float64Array(functions.size);

  /** Takes these members, and the grid of scales that goes with them. */
  function loadAll(members: Int32Array): void {
    loadMembers(members);
    functions.varying.forEach((_, f) => {
      near[functions.scaleAt(f)] = functions.psi;
    });
    findMode(members, near);
    laplace.toMode(near);
    functions.balance(near);
    grid.load(near, terms);
  }

  function findMode(members: Int32Array, own: Vector): void {
    levels.forEach(({ mean }, j) => {
      start[j] = mean;
    });
    if (hasIntercept) start[0] = fastLog((members.length + 0.5) / total());
    laplace.load(own, terms, 1);
    laplace.findMode(start);
  }

  return {
    load: (given) => logLevels.set(given),
    draw(rng, members, own) {
      loadAll(members);
      grid.draw(rng, own);
      findMode(members, own);
      return grid.logWeight(own) + laplace.draw(rng, own);
    },
    logWeight(members, own) {
      loadAll(members);
      findMode(members, own);
      return grid.logWeight(own) + laplace.logWeight(own);
    },
    isBelow(own, limit) {
      logWeight(own, eta);
      return isBelow(eta, limit);
    },
  };
}
