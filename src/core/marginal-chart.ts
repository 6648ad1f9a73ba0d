import { matrix, type Vector } from "../math/matrix.ts";
import type { PointLayout } from "./marginal-derivatives.ts";
import type { State, Target } from "./target.ts";
import { transformsOf } from "./transform.ts";

/** Between states and points of the posterior with allocations summed out, components in any order. */
export interface Chart {
  /** Writes the point whose component l is component order[l] of the state. */
  read(state: State, order: Int32Array, point: Vector): void;
  /** Rewrites theta and gamma of the state, so that `read` would give the point; allocations are left. */
  write(point: Vector, order: Int32Array, state: State): void;
  /** The place of the state's last component, whose gate row the prior may hold at zero. */
  base(order: Int32Array): number;
}

export function chartOf({ expert, gate }: Target, layout: PointLayout): Chart {
  const { components: K, q, d } = layout;
  const maps = transformsOf(expert.layout);
  const ordered = matrix(K, q);

  return {
    base: (order) => order.indexOf(K - 1),

    read({ theta, gamma }, order, point) {
      const last = order[K - 1]! * q;
      for (let l = 0; l < K - 1; l++) {
        const own = order[l]! * q;
        for (let j = 0; j < q; j++) point[l * q + j] = gamma.data[own + j]! - gamma.data[last + j]!;
      }
      for (let l = 0; l < K; l++) {
        const to = layout.expert(l);
        const from = order[l]! * d;
        for (let j = 0; j < d; j++) point[to + j] = maps[j]!.toReal(theta.data[from + j]!);
      }
    },

    write(point, order, { theta, gamma }) {
      for (let l = 0; l < K; l++) {
        const from = layout.expert(l);
        const to = order[l]! * d;
        for (let j = 0; j < d; j++) theta.data[to + j] = maps[j]!.fromReal(point[from + j]!);
        // In the order of the state's components, of which the last is the one that may be held at zero.
        for (let j = 0; j < q; j++) {
          ordered.data[order[l]! * q + j] = l < K - 1 ? point[l * q + j]! : 0;
        }
      }
      gate.contrasts!.place(ordered, K - 1, gamma);
    },
  };
}
