import { scaleIndex } from "../../samplers/em/scale-index.ts";
import type { Target } from "../core/target.ts";
import { type Matrix, row } from "../math/matrix.ts";
import { standardDeviation } from "../math/moments.ts";

/** An sd below this share of the response's is a collapse. */
const SMALLEST_SD = 1e-3;

/** Whether an expert has shrunk to rows that lie exactly on a line, where the likelihood has no bound. */
export function hasCollapsed(target: Target, theta: Matrix): boolean {
  const at = scaleIndex(target);
  if (at < 0) return false;
  const least = SMALLEST_SD * standardDeviation(target.expert.y);
  for (let k = 0; k < theta.rows; k++) if (!(row(theta, k)[at]! >= least)) return true;
  return false;
}
