import type { Members } from "../../../src/core/data.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { ExpertFunctions, ExpertWork } from "./expert-work.ts";
import type { Functions } from "./functions.ts";
import type { LaplaceFunctions } from "./laplace.ts";

/** Alternations of mean and dispersion. */
const ROUNDS = 3;

/** Searches for modes of a component's point; priors are raised to `priorWeight`. */
export interface ExpertModes {
  /** Finds the mode of the mean's functions given the scales and the dispersion of the point. */
  findMean(point: Vector, members: Members, priorWeight: number): void;
  /** Finds that of the dispersion's given the mean of the point. */
  findDispersion(point: Vector, members: Members, priorWeight: number): void;
  /** Rewrites levels and shapes by their mode given the scales: a function of these and the members alone. */
  givenScales(point: Vector, members: Members): void;
  /** Rewrites the point by a maximum, scales included: a function of the members alone. */
  maximize(point: Vector, members: Members, priorWeight: number): void;
  /** One round towards that maximum, from the dispersion of the point. */
  climb(point: Vector, members: Members, priorWeight: number): void;
}

export function expertModes(
  { mean, dispersion, isNormal }: ExpertFunctions,
  work: ExpertWork,
  ofMean: LaplaceFunctions,
  ofDispersion: LaplaceFunctions | undefined,
): ExpertModes {
  const { meanPart, dispersionPart } = work;

  function findMean(point: Vector, members: Members, priorWeight: number): void {
    work.predictDispersion(point, members);
    ofMean.load(meanPart(point), work.termsOfMean(members), priorWeight);
    ofMean.findMode(work.prior.mean);
  }

  function findDispersion(point: Vector, members: Members, priorWeight: number): void {
    work.predictMean(point, members);
    ofDispersion!.load(dispersionPart(point), work.termsOfDispersion(members), priorWeight);
    ofDispersion!.findMode(work.levelFrom(members));
  }

  /** A constant dispersion that depends on the members alone. */
  function roughDispersion(point: Vector, members: Members): void {
    if (dispersion === undefined) return;
    const part = dispersionPart(point);
    work.predictMiddle(members);
    part[0] = isNormal ? work.levelFrom(members)[0]! : dispersion.level.mean;
    part.fill(0, 1 + dispersion.functions.varying.length);
  }

  function meanRound(point: Vector, members: Members, priorWeight: number, then: Balance): void {
    findMean(point, members, priorWeight);
    ofMean.toMode(meanPart(point));
    then(mean, meanPart(point));
  }

  function dispersionRound(point: Vector, members: Members, priorWeight: number, then: Balance) {
    findDispersion(point, members, priorWeight);
    ofDispersion!.toMode(dispersionPart(point));
    then(dispersion!.functions, dispersionPart(point));
  }

  function alternate(point: Vector, members: Members, priorWeight: number, then: Balance): void {
    roughDispersion(point, members);
    for (let count = 0; count < ROUNDS; count++) {
      meanRound(point, members, priorWeight, then);
      if (dispersion !== undefined) dispersionRound(point, members, priorWeight, then);
    }
  }

  return {
    findMean,
    findDispersion,
    givenScales: (point, members) => alternate(point, members, 1, () => undefined),
    maximize(point, members, priorWeight) {
      widen(mean, meanPart(point));
      if (dispersion !== undefined) widen(dispersion.functions, dispersionPart(point));
      alternate(point, members, priorWeight, balance);
    },
    climb(point, members, priorWeight) {
      if (dispersion !== undefined && isNormal) {
        // An sd above that of the responses themselves says nothing.
        work.predictMiddle(members);
        const most = work.levelFrom(members)[0]!;
        if (!(dispersionPart(point)[0]! <= most)) roughDispersion(point, members);
      }
      // From wide scales each time: balanced ones would draw the functions towards constants step by step.
      widen(mean, meanPart(point));
      meanRound(point, members, priorWeight, balance);
      if (dispersion === undefined) return;
      widen(dispersion.functions, dispersionPart(point));
      dispersionRound(point, members, priorWeight, balance);
    },
  };
}

/** What is done with functions at their mode. */
type Balance = (one: Functions, part: Vector) => void;

const balance: Balance = (one, part) => one.balance(part);

/** Scales that hold nothing back. */
function widen(one: Functions, part: Vector): void {
  one.varying.forEach((_, f) => {
    part[one.scaleAt(f)] = one.psi;
  });
}
