import { expect } from "vitest";
import { compileVarying } from "../../models/varying/compile.ts";
import { varying } from "../../models/varying.ts";
import type { Climber } from "../../samplers/varying/climb.ts";
import { type Family, varyingCase, varyingTable } from "./varying-cases.ts";

const STEP = 1e-5;
/** Of central differences: step² / 6 times third derivatives, which are of the size of the second ones. */
const CLOSE = 1e-6;

/** Where one coefficient of the experts and one of the gate vary, and nothing else. */
export const HYBRID = varying("u", { experts: ["z"], gate: ["(Intercept)"], dispersion: false });

const FAMILIES: readonly Family[] = ["gaussian", "binomial", "negative-binomial"];

/** Every family, with all that can vary and with part of it. */
export const LOCAL_CASES = FAMILIES.flatMap((family) =>
  [varying("u"), HYBRID].map((what) => ({ family, what })),
);

/** Sixty rows of a case, with a penalty on each kind of slope. */
export function localProblem({ family, what }: (typeof LOCAL_CASES)[number], components: number) {
  const penalty = { experts: 0.3, gate: 0.2, dispersion: 0.1 };
  const model = varyingCase(family, components, what);
  return compileVarying(model, varyingTable(family, 60, 3), penalty).problem;
}

/** A point in no particular place. */
export const somewhere = (dimension: number): Float64Array =>
  Float64Array.from({ length: dimension }, (_, j) => 0.4 * Math.sin(2 * j + 1));

/** The gradient and the observed information of the objective at a point. */
export function derivativesAt({ derivatives }: Climber, point: Float64Array) {
  const D = point.length;
  const [gradient, information] = [new Float64Array(D), new Float64Array(D * D)];
  derivatives(point, gradient, information, "observed");
  return { gradient, information };
}

/** Expects at a point the score and the Hessian that central differences give. */
export function expectDifferences(climber: Climber, theta: Float64Array): void {
  const D = theta.length;
  const { gradient, information } = derivativesAt(climber, theta);
  const close = (found: number, difference: number): void =>
    expect(Math.abs(found - difference)).toBeLessThan(CLOSE * (1 + Math.abs(difference)));
  const moved = (j: number, by: number): Float64Array => theta.with(j, theta[j]! + by);
  for (let j = 0; j < D; j++) {
    const [above, below] = [moved(j, STEP), moved(j, -STEP)];
    close(gradient[j]!, (climber.objective(above) - climber.objective(below)) / (2 * STEP));
    const up = derivativesAt(climber, above).gradient;
    const down = derivativesAt(climber, below).gradient;
    for (let k = 0; k <= j; k++) {
      close(information[j * D + k]!, -(up[k]! - down[k]!) / (2 * STEP));
    }
  }
}
