import { fastExp, fastLog } from "../exp.ts";
import { int32, type Rng, uniform } from "../rng.ts";
import { ziggurat } from "./ziggurat.ts";

const TAIL_START = 7.69711747013105;
const AREA = 0.003949659822581557;
const { edge, height } = ziggurat(
  (x) => -x,
  (y) => -fastLog(y),
  TAIL_START,
  AREA,
);

/** A draw from Exponential(1): exact, never 0. Source: [marsaglia2000a]. */
export function exponential(rng: Rng): number {
  for (let origin = 0; ; ) {
    const word = int32(rng);
    const layer = word & 255;
    // 32 bits and the 24 that did not choose the layer: uniform on (0, 1).
    const u = (int32(rng) >>> 0) * 2 ** -32 + ((word >>> 8) + 0.5) * 2 ** -56;
    const x = u * edge[layer]!;
    if (x < edge[layer + 1]!) return origin + x;
    // No memory: what exceeds the start of the tail is exponential again.
    if (layer === 0) origin += TAIL_START;
    else if (inWedge(rng, layer, x)) return origin + x;
  }
}

function inWedge(rng: Rng, layer: number, x: number): boolean {
  const low = height[layer]!;
  return low + uniform(rng) * (height[layer + 1]! - low) < fastExp(-x);
}
