import type { Members } from "../../../src/core/data.ts";
import type { Expert, ExpertApproximation } from "../../../src/core/expert.ts";
import type { RowFamily } from "../../../src/core/varying.ts";
import { fastExp, fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { Rng } from "../../../src/math/rng.ts";
import type { Coordinate } from "../../experts/coordinate-prior.ts";
import { type Functions, type LevelPriors, normalFunctions } from "./functions.ts";
import { type LaplaceFunctions, laplaceFunctions, smoothFunctions } from "./laplace.ts";
import { drawScales, logScaleDensity } from "./scale-proposal.ts";
import { dispersionTerms, meanTerms } from "./terms.ts";

/** Functions of the mean and, where the family has a dispersion, of its logarithm, with the priors of their levels. */
export interface ExpertFunctions {
  readonly mean: Functions;
  readonly levels: readonly Coordinate[];
  readonly dispersion?: { readonly functions: Functions; readonly level: Coordinate };
  readonly isNormal: boolean;
  readonly offset: Vector | undefined;
  /** Of the present response. */
  rows(): RowFamily;
  readonly y: Vector;
}

/** Alternations of the two modes. */
const ROUNDS = 3;

/** Updates, maxima and approximations of one component's point: coordinates of the mean, then of the log dispersion. */
export function expertSteps(functions: ExpertFunctions) {
  const { mean, levels, dispersion, offset, y, isNormal } = functions;
  const { n, length } = mean.rows;
  const prior: LevelPriors = {
    mean: Float64Array.from(levels, (level) => level.mean),
    precision: Float64Array.from(levels, (level) => level.precision),
  };
  const ofMean = laplaceFunctions(mean, levels);
  const ofDispersion = dispersion && laplaceFunctions(dispersion.functions, [dispersion.level]);
  const smoothMean = smoothFunctions(mean, ofMean);
  const smoothDispersion = dispersion && smoothFunctions(dispersion.functions, ofDispersion!);
  const drawNormal = normalFunctions(mean, prior);
  const eta = new Float64Array(n);
  const s = new Float64Array(n);
  const precision = new Float64Array(n);
  const working = new Float64Array(n);
  const gram = new Float64Array(length * length);
  const cross = new Float64Array(length);
  const linear = new Float64Array(length);
  const logLinear = new Float64Array(dispersion?.functions.rows.length ?? 0);
  const start = new Float64Array(1);
  const meanPart = (point: Vector): Vector => point.subarray(0, mean.size);
  const dispersionPart = (point: Vector): Vector => point.subarray(mean.size);

  /** eta[m] = the predictor of the mean, offset included. */
  function predictMean(point: Vector, { rows }: Members): void {
    mean.toLinear(meanPart(point), linear);
    mean.rows.predict(linear, rows, eta);
    if (offset === undefined) return;
    for (let m = 0; m < rows.length; m++) eta[m] = eta[m]! + offset[rows[m]!]!;
  }

  function predictDispersion(point: Vector, { rows }: Members): void {
    if (dispersion === undefined) return;
    dispersion.functions.toLinear(dispersionPart(point), logLinear);
    dispersion.functions.rows.predict(logLinear, rows, s);
  }

  /** A level of the log dispersion to search from: a function of the response and of the mean's predictors. */
  function startOf({ rows, weight }: Members): Vector {
    start[0] = dispersion!.level.mean;
    if (!isNormal) return start;
    let [squares, total] = [0, 0];
    for (let m = 0; m < rows.length; m++) {
      squares += weight[m]! * (y[rows[m]!]! - eta[m]!) ** 2;
      total += weight[m]!;
    }
    if (squares > 0 && total > 0) start[0] = 0.5 * fastLog(squares / total);
    return start;
  }

  function updateNormal(rng: Rng, point: Vector, { rows, weight }: Members): void {
    for (let m = 0; m < rows.length; m++) {
      const i = rows[m]!;
      precision[m] = weight[m]! * fastExp(-2 * s[m]!);
      working[m] = precision[m]! * (y[i]! - (offset === undefined ? 0 : offset[i]!));
    }
    mean.rows.gram(rows, precision, gram);
    mean.rows.cross(rows, working, cross);
    drawNormal(rng, meanPart(point), gram, cross);
  }

  function update(rng: Rng, point: Vector, members: Members): void {
    predictDispersion(point, members);
    if (isNormal) updateNormal(rng, point, members);
    else
      smoothMean(rng, meanPart(point), meanTerms(functions.rows(), members, s, offset), prior.mean);
    if (dispersion === undefined) return;
    predictMean(point, members);
    const terms = dispersionTerms(functions.rows(), members, eta);
    smoothDispersion!(rng, dispersionPart(point), terms, startOf(members));
  }

  function findMean(point: Vector, members: Members, priorWeight: number): void {
    predictDispersion(point, members);
    ofMean.load(meanPart(point), meanTerms(functions.rows(), members, s, offset), priorWeight);
    ofMean.findMode(prior.mean);
  }

  function findDispersion(point: Vector, members: Members, priorWeight: number): void {
    predictMean(point, members);
    const terms = dispersionTerms(functions.rows(), members, eta);
    ofDispersion!.load(dispersionPart(point), terms, priorWeight);
    ofDispersion!.findMode(startOf(members));
  }

  /** Modes given the scales, from nothing but these and the members; leaves them in `point`. */
  function alternate(
    point: Vector,
    members: Members,
    priorWeight: number,
    balanced: boolean,
  ): void {
    if (dispersion !== undefined) {
      dispersionPart(point)[0] = isNormal ? roughLogSd(members) : dispersion.level.mean;
      clearShapes(dispersion.functions, dispersionPart(point));
    }
    for (let round = 0; round < ROUNDS; round++) {
      findMean(point, members, priorWeight);
      ofMean.toMode(meanPart(point));
      if (balanced) mean.balance(meanPart(point));
      if (dispersion === undefined) continue;
      findDispersion(point, members, priorWeight);
      ofDispersion!.toMode(dispersionPart(point));
      if (balanced) dispersion.functions.balance(dispersionPart(point));
    }
  }

  /** Log sd of the members' responses. */
  function roughLogSd(members: Members): number {
    eta.fill(0);
    let [sum, total] = [0, 0];
    members.rows.forEach((i, m) => {
      sum += members.weight[m]! * (y[i]! - (offset?.[i] ?? 0));
      total += members.weight[m]!;
    });
    members.rows.forEach((i, m) => {
      eta[m] = (total > 0 ? sum / total : 0) + (offset?.[i] ?? 0);
    });
    return startOf(members)[0]!;
  }

  const all: readonly Functions[] =
    dispersion === undefined ? [mean] : [mean, dispersion.functions];
  const partOf = (point: Vector, f: number): Vector =>
    f === 0 ? meanPart(point) : dispersionPart(point);
  const guess = new Float64Array(all.reduce((sum, { size }) => sum + size, 0));
  const modes = new Float64Array(guess.length);

  function maximize(point: Vector, members: Members, priorWeight: number): void {
    all.forEach((one, f) => setScales(one, partOf(point, f)));
    alternate(point, members, priorWeight, true);
  }

  function approximate(members: Members): ExpertApproximation {
    maximize(guess, members, 1);
    return aroundModes(members);
  }

  /** Finds the mode given the scales of `point`, then that of the mean given the log dispersion there. */
  function toModes(point: Vector, members: Members): void {
    modes.set(point);
    alternate(modes, members, 1, false);
  }

  function aroundModes(members: Members): ExpertApproximation {
    const priorOfScales = (point: Vector): number =>
      all.reduce((sum, one, f) => sum + scalePriorOf(one, partOf(point, f)), 0);
    const ofScales = (point: Vector): number =>
      all.reduce(
        (sum, one, f) => sum + logScaleDensity(one, partOf(guess, f), partOf(point, f)),
        0,
      );

    /** The log weight of dispersion and mean, by a draw of them or at the point itself; scales are those of `point`. */
    function weigh(point: Vector, by: (one: LaplaceFunctions, part: Vector) => number): number {
      toModes(point, members);
      let total = priorOfScales(point) - ofScales(point);
      if (dispersion !== undefined) {
        findDispersion(modes, members, 1);
        total += by(ofDispersion!, dispersionPart(point));
        // The likelihood at the modes of the mean is in this weight, and is the mean's to count.
        total -= likelihoodAt(modes, point, members);
      }
      findMean(point, members, 1);
      return total + by(ofMean, meanPart(point));
    }

    return {
      draw(rng, point) {
        all.forEach((one, f) => drawScales(rng, one, partOf(guess, f), partOf(point, f)));
        return weigh(point, (one, part) => one.draw(rng, part));
      },
      logWeight: (point) => weigh(point, (one, part) => one.logWeight(part)),
    };
  }

  /** Log-likelihood with the mean of one point and the dispersion of another. */
  function likelihoodAt(ofMeans: Vector, ofDispersions: Vector, members: Members): number {
    predictMean(ofMeans, members);
    predictDispersion(ofDispersions, members);
    return dispersionTerms(functions.rows(), members, eta).value(s);
  }

  return { update, maximize, approximate } satisfies Pick<
    Expert,
    "update" | "maximize" | "approximate"
  >;
}

/** Scales that hold nothing back. */
function setScales(one: Functions, part: Vector): void {
  for (let f = 0; f < one.varying.length; f++) part[one.scaleAt(f)] = one.psi;
}

function clearShapes(one: Functions, part: Vector): void {
  part.fill(0, one.rows.terms + one.varying.length);
}

function scalePriorOf(one: Functions, part: Vector): number {
  let total = 0;
  for (let f = 0; f < one.varying.length; f++) {
    total += -0.5 * (part[one.scaleAt(f)]! / one.psi) ** 2 - fastLog(one.psi) - HALF_LOG_2PI;
  }
  return total;
}

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
