import type { Members } from "../../../src/core/data.ts";
import { fastExp } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import type { Rng } from "../../../src/math/rng.ts";
import type { ExpertFunctions, ExpertWork } from "./expert-work.ts";
import type { LaplaceFunctions } from "./laplace.ts";
import { normalFunctions } from "./normal-functions.ts";
import { smoothFunctions } from "./smooth-functions.ts";

/** Steps that a component's point is moved by: those of the mean's functions, then those of the log dispersion's. */
export function expertUpdate(
  functions: ExpertFunctions,
  work: ExpertWork,
  ofMean: LaplaceFunctions,
  ofDispersion: LaplaceFunctions | undefined,
) {
  const { mean, dispersion, isNormal } = functions;
  const normalStep = normalUpdate(functions, work);
  const smoothMean = smoothFunctions(mean, ofMean);
  const smoothDispersion = dispersion && smoothFunctions(dispersion.functions, ofDispersion!);

  return (rng: Rng, point: Vector, members: Members): void => {
    work.predictDispersion(point, members);
    if (isNormal) normalStep(rng, point, members);
    else smoothMean(rng, work.meanPart(point), work.termsOfMean(members), work.prior.mean);
    if (smoothDispersion === undefined) return;
    work.predictMean(point, members);
    const terms = work.termsOfDispersion(members);
    smoothDispersion(rng, work.dispersionPart(point), terms, work.levelFrom(members));
  };
}

/** The mean's functions where responses are normal around them, given the log sds in `work.s`. */
function normalUpdate({ mean, offset, y }: ExpertFunctions, { s, prior, meanPart }: ExpertWork) {
  const { n, length } = mean.rows;
  const precision = new Float64Array(n);
  const working = new Float64Array(n);
  const gram = new Float64Array(length * length);
  const cross = new Float64Array(length);
  const draw = normalFunctions(mean, prior);
  return (rng: Rng, point: Vector, { rows, weight }: Members): void => {
    for (let m = 0; m < rows.length; m++) {
      const i = rows[m]!;
      precision[m] = weight[m]! * fastExp(-2 * s[m]!);
      working[m] = precision[m]! * (y[i]! - (offset === undefined ? 0 : offset[i]!));
    }
    mean.rows.gram(rows, precision, gram);
    mean.rows.cross(rows, working, cross);
    draw(rng, meanPart(point), gram, cross);
  };
}
