import { fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { sliceSample } from "../../../src/math/random/slice.ts";
import { type Rng, uniform } from "../../../src/math/rng.ts";
import type { Functions } from "./functions.ts";
import type { LaplaceFunctions } from "./laplace.ts";
import type { RowTerms } from "./row-terms.ts";

/**
 * Updates all coordinates: levels and shapes given the scales by independence Metropolis from `laplace`, whose mode was
 * found from what `point` does not hold; each scale by a slice; then along s v constant. Source: [tierney1994] §2.3.2.
 * Returns whether the proposal was accepted.
 */
export function smoothFunctions(functions: Functions, laplace: LaplaceFunctions) {
  const { rows, varying, psi } = functions;
  const linear = new Float64Array(rows.length);
  const proposal = new Float64Array(functions.size);
  const base = new Float64Array(rows.n);
  const term = new Float64Array(rows.n);
  const eta = new Float64Array(rows.n);

  function sliceScale(rng: Rng, point: Vector, f: number, terms: RowTerms): void {
    const at = functions.scaleAt(f);
    functions.toLinear(point, linear);
    rows.predict(linear, terms.rows, base);
    linear[rows.start[varying[f]!]!] = 0;
    rows.predictTerm(varying[f]!, linear, terms.rows, term);
    const from = point[at]!;
    const logDensity = (s: number): number => {
      const more = s / from - 1;
      for (let m = 0; m < terms.count; m++) eta[m] = base[m]! + more * term[m]!;
      return terms.value(eta) - 0.5 * (s / psi) ** 2;
    };
    point[at] = sliceSample(rng, logDensity, from, 0.5 * psi);
  }

  return (rng: Rng, point: Vector, terms: RowTerms, levels: Vector): boolean => {
    laplace.load(point, terms, 1);
    laplace.findMode(levels);
    proposal.set(point);
    const logRatio = laplace.draw(rng, proposal) - laplace.logWeight(point);
    const accepted = fastLog(uniform(rng)) < logRatio;
    if (accepted) point.set(proposal);
    for (let f = 0; f < varying.length; f++) sliceScale(rng, point, f, terms);
    functions.interweave(rng, point);
    return accepted;
  };
}
