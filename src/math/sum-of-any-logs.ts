import { fastLog } from "./exp.ts";
import type { Vector } from "./matrix.ts";

/** Σ log of nonnegative numbers, however large or small; −Infinity if one is zero. */
export function sumOfAnyLogs(values: Vector): number {
  let total = 0;
  let product = 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value > 1e-140 && value < 1e140) product *= value;
    else total += fastLog(value);
    if (product > 1e150 || product < 1e-150) {
      total += fastLog(product);
      product = 1;
    }
  }
  return total + fastLog(product);
}
