import { fastLog } from "./exp.ts";
import { log1p } from "./log-sum-exp.ts";

/** From here on the asymptotic series of log Γ and its derivatives are good to about 1e-15. */
const SERIES_FROM = 16;

/** How many factors of the product are multiplied out before the series takes over. */
function directly(size: number, count: number): number {
  if (count <= SERIES_FROM) return count;
  return Math.max(0, Math.ceil(SERIES_FROM - size));
}

/**
 * log Γ(size + count) − log Γ(size) − count log(size) = Σ_j log(1 + j / size), j < count, a whole number ≥ 0. To full
 * accuracy also where size is so large that the gamma functions cancel; → 0 as size → ∞.
 */
export function logRising(size: number, count: number): number {
  const first = directly(size, count);
  let product = 1;
  if (size < 1) for (let j = 1; j < first; j++) product *= size + j;
  else for (let j = 1; j < first; j++) product *= 1 + j / size;
  const head = fastLog(product) - (size < 1 && first > 1 ? (first - 1) * fastLog(size) : 0);
  const rest = count - first;
  if (rest === 0) return head;
  const from = size + first;
  const to = from + rest;
  const tail = (to - 0.5) * log1p(rest / from) - rest + rest * log1p(first / size);
  return head + tail + stirling(to) - stirling(from);
}

/** Σ_j j / (size + j), j < count: minus the derivative of `logRising` by log size. */
export function risingSlope(size: number, count: number): number {
  const first = directly(size, count);
  let sum = 0;
  for (let j = 1; j < first; j++) sum += j / (size + j);
  const rest = count - first;
  return rest === 0 ? sum : sum + rest - size * digammaGap(size + first, rest);
}

/** Σ_j j size / (size + j)², j < count: the second derivative of `logRising` by log size. */
export function risingCurvature(size: number, count: number): number {
  const first = directly(size, count);
  let sum = 0;
  for (let j = 1; j < first; j++) sum += (j / (size + j)) * (size / (size + j));
  const rest = count - first;
  if (rest === 0) return sum;
  const from = size + first;
  return sum + size * (digammaGap(from, rest) - size * trigammaGap(from, rest));
}

/** log Γ(z) − (z − 1/2) log z + z − log √(2π). */
function stirling(z: number): number {
  const r = 1 / (z * z);
  return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / z;
}

/** ψ(z + count) − ψ(z). */
function digammaGap(z: number, count: number): number {
  const to = z + count;
  return log1p(count / z) + count / (2 * z * to) + digammaTail(z) - digammaTail(to);
}

/** log z − 1 / (2 z) − ψ(z). */
function digammaTail(z: number): number {
  const r = 1 / (z * z);
  return r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r / 132))));
}

/** ψ'(z) − ψ'(z + count). */
function trigammaGap(z: number, count: number): number {
  const to = z + count;
  return count / (z * to) + trigammaTail(z) - trigammaTail(to);
}

/** ψ'(z) − 1 / z. */
function trigammaTail(z: number): number {
  const r = 1 / (z * z);
  return r * (0.5 + (1 / 6 - r * (1 / 30 - r * (1 / 42 - r / 30))) / z);
}
