import { fastExp } from "./exp.ts";
import { log1p } from "./log-sum-exp.ts";

/** log(1 + e^x), without overflow and to full relative accuracy. */
export function softplus(x: number): number {
  return Math.max(x, 0) + log1p(fastExp(-Math.abs(x)));
}
