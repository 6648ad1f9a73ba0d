import { fastExp, fastLog } from "../exp.ts";
import { int32, type Rng } from "../rng.ts";
import { ziggurat } from "./ziggurat.ts";

const TAIL_START = 7.69711747013105;
const AREA = 0.003949659822581557;

/** A draw from Exponential(1): exact, never 0. Source: [marsaglia2000a]. */
export const exponential: (rng: Rng) => number = buildExponential();

function buildExponential(): (rng: Rng) => number {
  const { edge, isInWedge } = ziggurat(
    (x) => fastExp(-x),
    (y) => -fastLog(y),
    TAIL_START,
    AREA,
  );

  return (rng) => {
    let origin = 0;
    for (;;) {
      const word = int32(rng);
      const layer = word & 255;
      // 32 bits and the 24 that did not choose the layer: uniform on (0, 1).
      const u = (int32(rng) >>> 0) * 2 ** -32 + ((word >>> 8) + 0.5) * 2 ** -56;
      const x = u * edge[layer]!;
      if (x < edge[layer + 1]!) return origin + x;
      // No memory: what exceeds the start of the tail is exponential again.
      if (layer === 0) origin += TAIL_START;
      else if (isInWedge(rng, layer, x)) return origin + x;
    }
  };
}
