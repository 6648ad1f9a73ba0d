import { fastExp, fastLog } from "../exp.ts";
import { int32, type Rng, uniform } from "../rng.ts";
import { ziggurat } from "./ziggurat.ts";

const TAIL_START = 3.654152885361009;
const AREA = 0.004928673233974655;

/** A draw from N(0, 1): exact, the tails included, at 53 bits. Source: [marsaglia2000a], [doornik2005]. */
export const normal: (rng: Rng) => number = buildNormal();

function buildNormal(): (rng: Rng) => number {
  const { edge, isInWedge } = ziggurat(
    (x) => fastExp(-0.5 * x * x),
    (y) => Math.sqrt(-2 * fastLog(y)),
    TAIL_START,
    AREA,
  );

  return (rng) => {
    for (;;) {
      const word = int32(rng);
      const layer = word & 255;
      // 32 signed bits and the 24 that did not choose the layer: uniform on (−1, 1).
      const u = int32(rng) * 2 ** -31 + ((word >>> 8) + 0.5) * 2 ** -55;
      const x = u * edge[layer]!;
      if (Math.abs(x) < edge[layer + 1]!) return x;
      if (layer === 0) return x < 0 ? -tail(rng) : tail(rng);
      if (isInWedge(rng, layer, x)) return x;
    }
  };
}

/** A draw from N(0, 1) given that it exceeds TAIL_START. Source: [marsaglia1964]. */
function tail(rng: Rng): number {
  for (;;) {
    const excess = -fastLog(uniform(rng)) / TAIL_START;
    if (-2 * fastLog(uniform(rng)) > excess * excess) return TAIL_START + excess;
  }
}
