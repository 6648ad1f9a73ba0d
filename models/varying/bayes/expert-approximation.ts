import type { Members } from "../../../src/core/data.ts";
import type { ExpertApproximation } from "../../../src/core/expert.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { ExpertModes } from "./expert-modes.ts";
import type { ExpertFunctions, ExpertWork } from "./expert-work.ts";
import type { Functions } from "./functions.ts";
import type { LaplaceFunctions } from "./laplace.ts";
import type { LevelPriors } from "./normal-functions.ts";
import { scaleGrid } from "./scale-grid.ts";

/** Of a log dispersion's level where its scales are looked for: next to nothing. */
const FLAT: LevelPriors = { mean: Float64Array.of(0), precision: Float64Array.of(0.01) };

/**
 * A density close to p(point | members): scales from a grid, with the likelihood quadratic around a maximum; given these the dispersion's
 * functions from a t around their mode, the mean at its own, and then the mean's from a t given the dispersion.
 */
export function expertApproximation(
  { mean, dispersion }: ExpertFunctions,
  work: ExpertWork,
  modes: ExpertModes,
  ofMean: LaplaceFunctions,
  ofDispersion: LaplaceFunctions | undefined,
): (members: Members) => ExpertApproximation {
  const all: readonly Functions[] =
    dispersion === undefined ? [mean] : [mean, dispersion.functions];
  const partOf = (point: Vector, f: number): Vector =>
    f === 0 ? work.meanPart(point) : work.dispersionPart(point);
  const near = new Float64Array(all.reduce((sum, { size }) => sum + size, 0));
  const mode = new Float64Array(near.length);

  const grids = all.map((one, f) => scaleGrid(one, f === 0 ? work.prior : FLAT));

  const ofScales = (point: Vector): number =>
    grids.reduce((sum, grid, f) => sum + grid.logWeight(partOf(point, f)), 0);

  function loadGrids(members: Members): void {
    work.predictDispersion(near, members);
    grids[0]!.load(work.meanPart(near), work.termsOfMean(members));
    if (dispersion === undefined) return;
    work.predictMean(near, members);
    grids[1]!.load(work.dispersionPart(near), work.termsOfDispersion(members));
  }

  /** The log weight; `by` draws one part given the scales of the point, or takes it as it is. */
  function weigh(
    point: Vector,
    members: Members,
    by: (one: LaplaceFunctions, part: Vector) => number,
  ): number {
    let total = ofScales(point);
    if (dispersion !== undefined) {
      mode.set(point);
      modes.givenScales(mode, members);
      modes.findDispersion(mode, members, 1);
      total += by(ofDispersion!, work.dispersionPart(point));
      // This counts the likelihood with the mean at its mode; it is the mean's to count, at the point.
      work.predictMean(mode, members);
      work.predictDispersion(point, members);
      total -= work.termsOfDispersion(members).value(work.s);
    }
    modes.findMean(point, members, 1);
    return total + by(ofMean, work.meanPart(point));
  }

  return (members) => {
    modes.maximize(near, members, 1);
    loadGrids(members);
    return {
      draw(rng, point) {
        grids.forEach((grid, f) => {
          grid.draw(rng, partOf(point, f));
        });
        return weigh(point, members, (one, part) => one.draw(rng, part));
      },
      logWeight: (point) => weigh(point, members, (one, part) => one.logWeight(part)),
    };
  };
}
