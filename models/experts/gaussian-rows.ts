import type { Observations } from "../../src/core/data.ts";
import type { ExpertRows, RowSlopes } from "../../src/core/expert-rows.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);
/** Beyond these log sds the variance leaves the range of doubles. */
const FURTHEST = 300;

/** Normal errors: u = log sd. With t the residual over sd², derivatives by η are t and −1/sd², by u t²sd² − 1 and −2t²sd². */
export function gaussianRows({ y, design: { X, offset } }: Observations): ExpertRows {
  return {
    X,
    ...(offset === undefined ? {} : { offset }),
    others: 1,
    normal: { y, constant, scale },
    logDensity: (from, eta, u, out) => addNormal(y, from, eta, constant(u), scale(u), out),
    slopes(from, eta, u, out, second) {
      const precision = fastExp(-2 * u);
      first(y, from, eta, precision, out);
      if (!second) return;
      out.etaEta.fill(-precision);
      for (let i = 0; i < eta.length; i++) {
        out.etaU[i] = -2 * out.eta[i]!;
        out.uu[i] = -2 * (out.u[i]! + 1);
      }
    },
  };
}

const isWithin = (u: number): boolean => Math.abs(u) < FURTHEST;
const constant = (u: number): number =>
  isWithin(u) ? -u - HALF_LOG_2PI : Number.NEGATIVE_INFINITY;
const scale = (u: number): number => (isWithin(u) ? 0.5 * fastExp(-2 * u) : 0);

function addNormal(
  y: Vector,
  from: number,
  eta: Vector,
  constant: number,
  halfPrecision: number,
  out: Vector,
): void {
  for (let i = 0; i < eta.length; i++) {
    const residual = y[from + i]! - eta[i]!;
    out[i] = constant - halfPrecision * residual * residual;
  }
}

function first(y: Vector, from: number, eta: Vector, precision: number, out: RowSlopes): void {
  const { eta: byEta, u: byU } = out;
  for (let i = 0; i < eta.length; i++) {
    const residual = y[from + i]! - eta[i]!;
    const slope = precision * residual;
    byEta[i] = slope;
    byU[i] = slope * residual - 1;
  }
}
