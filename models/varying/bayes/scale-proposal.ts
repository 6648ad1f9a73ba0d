import { fastExp, fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { type Rng, uniform } from "../../../src/math/rng.ts";
import type { Functions } from "./functions.ts";

/** Sd of log |s| around the log of the scale that was found. */
const SPREAD = 0.5;
const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/** Draws every scale of `out` from the prior or, as often, from a log-normal around that of `near` with a random sign. */
export function drawScales(
  rng: Rng,
  { varying, psi, scaleAt }: Functions,
  near: Vector,
  out: Vector,
): void {
  for (let f = 0; f < varying.length; f++) {
    const at = scaleAt(f);
    if (uniform(rng) < 0.5) {
      out[at] = psi * normal(rng);
      continue;
    }
    const sign = uniform(rng) < 0.5 ? -1 : 1;
    out[at] = sign * Math.abs(near[at]!) * fastExp(SPREAD * normal(rng));
  }
}

/** Log prior density of the scales. */
export function logScalePrior({ varying, psi, scaleAt }: Functions, point: Vector): number {
  let total = 0;
  for (let f = 0; f < varying.length; f++) {
    total += -0.5 * (point[scaleAt(f)]! / psi) ** 2 - fastLog(psi) - HALF_LOG_2PI;
  }
  return total;
}

/** Log density of the scales of `point` under `drawScales`. */
export function logScaleDensity(
  { varying, psi, scaleAt }: Functions,
  near: Vector,
  point: Vector,
): number {
  let total = 0;
  for (let f = 0; f < varying.length; f++) {
    const s = Math.abs(point[scaleAt(f)]!);
    const fromPrior = -0.5 * (s / psi) ** 2 - fastLog(psi) - HALF_LOG_2PI;
    const distance = (fastLog(s) - fastLog(Math.abs(near[scaleAt(f)]!))) / SPREAD;
    const around = -0.5 * distance * distance - fastLog(2 * SPREAD * s) - HALF_LOG_2PI;
    const most = Math.max(fromPrior, around);
    const sum = fastExp(fromPrior - most) + fastExp(around - most);
    total += most + fastLog(0.5 * sum);
  }
  return total;
}
