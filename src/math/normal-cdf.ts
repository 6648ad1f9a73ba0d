import { normalCdf } from "./stdlib.ts";

const REACH = 9;
const NODES_PER_UNIT = 32;
const DEGREE = 8;
const WIDTH = DEGREE + 1;
/** Made when first asked for: it takes as long as a tenth of loading the program. */
let table: Float64Array | undefined;

/**
 * Φ(x) by a Taylor series about the nearest of many points: ten times as fast as `normalCdf`, absolute error below
 * 3e-16, relative error below 1e-12 in the lower tail.
 */
export function fastNormalCdf(x: number): number {
  if (x >= REACH) return 1;
  if (!(x > -REACH)) return normalCdf(x);
  const node = Math.round((x + REACH) * NODES_PER_UNIT);
  const t = x - (node / NODES_PER_UNIT - REACH);
  table ??= buildTable();
  let at = node * WIDTH + DEGREE;
  let value = table[at]!;
  for (let degree = DEGREE; degree > 0; degree--) value = value * t + table[--at]!;
  return value;
}

/** Taylor coefficients at each node, by the derivatives Φ^(m + 1)(c) = (−1)^m He_m(c) φ(c). */
function buildTable(): Float64Array {
  const nodes = 2 * REACH * NODES_PER_UNIT + 1;
  const out = new Float64Array(nodes * WIDTH);
  for (let node = 0; node < nodes; node++) {
    const c = node / NODES_PER_UNIT - REACH;
    const density = Math.exp(-0.5 * c * c) / Math.sqrt(2 * Math.PI);
    out[node * WIDTH] = normalCdf(c);
    let before = 0;
    let hermite = 1;
    let scale = density;
    for (let m = 0; m < DEGREE; m++) {
      scale /= m + 1;
      out[node * WIDTH + m + 1] = scale * hermite;
      const next = c * hermite - m * before;
      before = hermite;
      hermite = next;
      scale = -scale;
    }
  }
  return out;
}
