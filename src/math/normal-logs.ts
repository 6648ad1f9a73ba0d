import { NORMAL_LOGS } from "./gram-bodies.ts";
import type { Vector } from "./matrix.ts";

/** out[i] = constant − scale (y_i − x_i'beta)². X: n × d, n the length of y and out. */
export function normalLogs(
  X: Vector,
  d: number,
  y: Vector,
  beta: Vector,
  constant: number,
  scale: number,
  out: Vector,
): void {
  const body = NORMAL_LOGS[d - 1];
  if (body === undefined) normalLogsReference(X, d, y, beta, constant, scale, out);
  else body(X, y, beta, constant, scale, out);
}

/** The same, plainly. */
export function normalLogsReference(
  X: Vector,
  d: number,
  y: Vector,
  beta: Vector,
  constant: number,
  scale: number,
  out: Vector,
): void {
  for (let i = 0, at = 0; i < out.length; i++, at += d) {
    let mean = 0;
    for (let j = 0; j < d; j++) mean += X[at + j]! * beta[j]!;
    const residual = y[i]! - mean;
    out[i] = constant - scale * residual * residual;
  }
}
