import type { PointLayout } from "../../src/core/marginal-derivatives.ts";
import type { State, Target } from "../../src/core/target.ts";
import { fromUnconstrained, toUnconstrained, transformsOf } from "../../src/core/transform.ts";
import { matrix, row, type Vector } from "../../src/math/matrix.ts";

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
  const contrasts = matrix(K, q);
  const ordered = matrix(K, q);
  const component = new Float64Array(d);

  const base = (order: Int32Array): number => order.indexOf(K - 1);

  return {
    base,

    read({ theta, gamma }, order, point) {
      const last = row(gamma, order[K - 1]!);
      for (let l = 0; l < K - 1; l++) {
        const own = row(gamma, order[l]!);
        for (let j = 0; j < q; j++) point[layout.gate(l) + j] = own[j]! - last[j]!;
      }
      for (let l = 0; l < K; l++) {
        toUnconstrained(maps, row(theta, order[l]!), component);
        point.set(component, layout.expert(l));
      }
    },

    write(point, order, { theta, gamma }) {
      for (let l = 0; l < K; l++) {
        const first = layout.expert(l);
        fromUnconstrained(maps, point.subarray(first, first + d), row(theta, order[l]!));
      }
      for (let at = 0; at < (K - 1) * q; at++) contrasts.data[at] = point[at]!;
      // In the order of the state's components, of which the last is the one that may be held at zero.
      for (let l = 0; l < K; l++) row(ordered, order[l]!).set(row(contrasts, l));
      gate.contrasts!.place(ordered, K - 1, gamma);
    },
  };
}
