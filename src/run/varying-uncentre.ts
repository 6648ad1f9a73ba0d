import type { VaryingScales } from "../../models/varying/compile.ts";
import { EXPERT, GATE, layoutOf } from "../../samplers/varying/layout.ts";
import type { VaryingProblem } from "../core/varying.ts";
import { copy, type Matrix, row } from "../math/matrix.ts";

/** The same functions with the columns of a part not centred: its intercept, which varies, takes up the shift. */
export function uncentred(
  part: "experts" | "gate",
  problem: VaryingProblem,
  scales: VaryingScales,
  theta: Matrix,
): { readonly scales: VaryingScales; readonly theta: Matrix } {
  const { places, varyingColumns: v } = problem[part];
  const learned = scales.standardizers[part];
  const { center, scale, intercept } = learned;
  const own = places.indexOf(intercept ?? -1);
  const standardizer = { ...learned, center: center.map(() => 0) };
  const out = copy(theta);
  const { kind, first } = layoutOf(problem);
  const of = part === "experts" ? EXPERT : GATE;
  for (let g = 0; g < out.rows; g++) {
    const at = row(out, g);
    kind.forEach((one, p) => {
      if (one !== of || own < 0) return;
      const from = first[p]!;
      places.forEach((place, j) => {
        const shift = center[place]! / scale[place]!;
        at[from + own]! -= shift * at[from + (j < v ? j : v + j)]!;
        if (j < v) at[from + v + own]! -= shift * at[from + v + j]!;
      });
    });
  }
  const standardizers = { ...scales.standardizers, [part]: standardizer };
  return { scales: { ...scales, standardizers }, theta: out };
}
