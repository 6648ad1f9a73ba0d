import { type Component, componentOf, exchange } from "../../../samplers/components.ts";
import { launch } from "../../../samplers/launch.ts";
import { levels } from "../../../samplers/levels.ts";
import { countPriorOf } from "../../../src/core/count.ts";
import type { Move } from "../../../src/core/kernel.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { integerBelow, type Rng, uniform } from "../../../src/math/rng.ts";

/** What is left out of the acceptance ratio; "nothing" is the positive control. */
export type CollapsedMistake = "nothing" | "the places of the new component" | "the division";

/** Rows of one component, and what it is to be. */
interface Group {
  readonly rows: number[];
  readonly component: Component;
  /** log B + log G. */
  readonly weight: number;
}

/** The collapsed split or merge with one ratio for both, the slow and obvious way. */
export function collapsedByHand(target: Target, mistake: CollapsedMistake): Move {
  const prior = countPriorOf(target, "collapsed by hand");
  const given = target.gate.givenLevels!;
  const drawLevels = levels(target);
  const divide = launch(target);
  const probability = new Float64Array(target.n);

  const approximate = (rows: readonly number[]) =>
    target.expert.approximate!({
      rows: Int32Array.from(rows),
      weight: new Float64Array(rows.length).fill(1),
    });

  function fresh(rng: Rng, rows: number[]): Group {
    const theta = new Float64Array(target.expert.dimension);
    const gamma = new Float64Array(target.gate.dimension);
    const expert = approximate(rows).draw(rng, theta);
    const weight = expert + given.draw(rng, Int32Array.from(rows), gamma);
    return { rows, component: { theta, gamma }, weight };
  }

  function present(state: State, k: number): Group {
    const rows = [...state.z.keys()].filter((m) => state.z[m] === k);
    const component = componentOf(state, k);
    const expert = approximate(rows).logWeight(component.theta);
    const weight = expert + given.logWeight(Int32Array.from(rows), component.gamma);
    return { rows, component, weight };
  }

  /** log q of a division in which `a` is with i. */
  function logDivision(a: Group, all: readonly number[], anchors: readonly number[]): number {
    return all
      .filter((m) => !anchors.includes(m))
      .reduce((sum, m) => {
        const p = probability[m]!;
        return sum + Math.log(a.rows.includes(m) ? p : 1 - p);
      }, 0);
  }

  /** Log acceptance ratio of the split of `one` into `a` and `b`, from K components. */
  function logRatio(K: number, one: Group, a: Group, b: Group, anchors: readonly number[]): number {
    const places = mistake === "the places of the new component" ? 0 : Math.log(K + 1);
    const division = mistake === "the division" ? 0 : logDivision(a, one.rows, anchors);
    const count = prior.logProbability(K + 1) - prior.logProbability(K) + places;
    return count + a.weight + b.weight - one.weight - division;
  }

  return {
    name: "collapsed by hand",
    step(rng, state) {
      const K = state.theta.rows;
      const i = integerBelow(rng, target.n);
      const j = (i + 1 + integerBelow(rng, target.n - 1)) % target.n;
      const [k, l] = [state.z[i]!, state.z[j]!];
      const rows = [...state.z.keys()].filter((m) => state.z[m] === k || state.z[m] === l);
      divide(rng, Int32Array.from(rows), i, j, probability);
      given.load(drawLevels(rng, state));
      const u = Math.log(uniform(rng));
      if (k === l) {
        if (K === prior.max) return { state, info: {} };
        const withI = (m: number) => m !== j && (m === i || uniform(rng) < probability[m]!);
        const first = rows.filter(withI);
        const [a, b] = [
          fresh(rng, first),
          fresh(
            rng,
            rows.filter((m) => !first.includes(m)),
          ),
        ];
        const accepted = u < logRatio(K, present(state, k), a, b, [i, j]);
        return { state: accepted ? placed(rng, state, [k], [a, b]) : state, info: {} };
      }
      const one = fresh(rng, rows);
      const ratio = logRatio(K - 1, one, present(state, k), present(state, l), [i, j]);
      return { state: u < -ratio ? placed(rng, state, [k, l], [one]) : state, info: {} };
    },
  };
}

function placed(rng: Rng, state: State, removed: number[], groups: readonly Group[]): State {
  const added = groups.map(({ component }) => component);
  const { state: next, origins } = exchange(rng, state, removed, added);
  const z = state.z.map((k) => origins.indexOf(k));
  groups.forEach(({ rows }, g) => {
    for (const m of rows) z[m] = origins.indexOf(-1 - g);
  });
  return { ...next, z };
}
