import type { Observations } from "../../src/core/data.ts";
import type { NormalInverseGammaDeclaration } from "../../src/core/model.ts";
import { INTERCEPT } from "../../src/data/design.ts";
import { coefficientVariances, readable } from "./coefficient-scale.ts";

const SCALE = 100;
const SHAPE = 1;
const RELATIVE_RATE = 0.01;

/**
 * Normal–inverse-gamma: the expert's variance is allowed to be far below the response's (less its offset), and the
 * coefficients may reach several sds of the response per sd of their covariate, whatever the scale of the design:
 * a prior that is narrow there would widen sd without a word. See docs/decisions/0006.
 */
export function defaultPrior({ y, design }: Observations): NormalInverseGammaDeclaration {
  const working = y.map((value, i) => value - (design.offset?.[i] ?? 0));
  const mean = working.reduce((total, value) => total + value, 0) / y.length;
  const squares = working.reduce((total, value) => total + (value - mean) ** 2, 0);
  // The mean of equal values may be rounded, and their variance then is not 0.
  const variance = working.every((value) => value === working[0]) ? 1 : squares / y.length;
  const scale = coefficientVariances(design, SCALE, (SCALE * mean * mean) / variance).map(readable);
  return {
    kind: "normal-inverse-gamma",
    mean: design.terms.map((term) => (term === INTERCEPT ? readable(mean) : 0)),
    scale: scale.every((one) => one === scale[0]) ? scale[0]! : scale,
    shape: SHAPE,
    rate: readable(RELATIVE_RATE * variance),
  };
}
