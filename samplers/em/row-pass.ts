import { type AddUp, addUpHere } from "../../src/core/part-sums.ts";
import type { State, Target } from "../../src/core/target.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import { type Passes, passesOf } from "./passes.ts";
import { rowBlocks, totalWeight } from "./row-blocks.ts";
import { callAt, partsOf, rangeOf, rowParts } from "./row-parts.ts";
import type { RowWeight } from "./row-weight.ts";

/** An E step that leaves behind, summed over rows, all that the M step needs. */
export interface RowPass {
  /** How much the rows of the pass count together. */
  readonly total: number;
  /** The log-likelihood at a state, its allocations summed out. */
  look(state: State): number;
  /** The same; writes responsibilities (K × n) and leaves no sums. */
  describe(state: State, responsibility: Matrix): number;
  /** Of the state that was looked at last: the smallest Σ weight · responsibility of a component. */
  leastWeight(): number;
  /** Of that state: the largest derivative of the log-likelihood in unconstrained coordinates. */
  gradientNorm(): number;
  /** M step of the experts of that state, in place; false, and theta of no use, where there is none. */
  maximizeExperts(state: State): boolean;
  /** Newton's step of its gate (K × q); false where there is none. */
  gateStep(step: Matrix): boolean;
}

/**
 * One pass over the rows in blocks, where experts and gate can be summed so; undefined elsewhere. It sees each
 * `every`-th block. addUp: who adds up the parts of very many rows; no number depends on it.
 */
export function rowPass(
  target: Target,
  K: number,
  weight: RowWeight,
  every = 1,
  addUp: AddUp = addUpHere(),
): RowPass | undefined {
  const { n, deviation } = target;
  if (deviation !== undefined) return undefined;
  const passes = passesOf(target, K);
  if (passes === undefined) return undefined;
  return joined(n, { K, every, weight, addUp, ...passes });
}

interface Joined extends Passes {
  readonly K: number;
  readonly every: number;
  readonly weight: RowWeight;
  readonly addUp: AddUp;
}

function joined(n: number, { K, every, weight, addUp, ...passes }: Joined): RowPass {
  const { expert, gate } = passes;
  const blocks = rowBlocks(n, K, passes, weight, every);
  const scratch = vectors();

  function begin({ theta, gamma }: State): number {
    expert.begin(theta);
    gate.begin(gamma);
    return partsOf(n, blocks.count, 1 + expert.sums.length + gate.sums().length);
  }

  return {
    total: totalWeight(n, weight, every),
    look(state) {
      const parts = begin(state);
      const sums = rowParts(blocks, parts, expert, gate, weight);
      const total = scratch(sums.size);
      addUp(sums, () => callAt(state, every, parts, gate), total);
      expert.sums.set(total.subarray(1, 1 + expert.sums.length));
      gate.sums().set(total.subarray(1 + expert.sums.length));
      return total[0]!;
    },
    describe(state, responsibility) {
      const parts = begin(state);
      let value = 0;
      for (let c = 0; c < parts; c++) {
        const [first, last] = rangeOf(c, parts, blocks.count);
        value += blocks.look(first, last, ({ joint }, from) => keep(joint, from, responsibility));
      }
      return value;
    },
    leastWeight() {
      let least = Number.POSITIVE_INFINITY;
      for (let k = 0; k < K; k++) least = Math.min(least, expert.weight(k));
      return least;
    },
    gradientNorm: () => Math.max(expert.gradientNorm(), gate.gradientNorm()),
    maximizeExperts: ({ theta }) => expert.maximize(theta),
    gateStep: (step) => gate.newtonStep(step),
  };
}

/** Vectors by length, kept: a pass has one of two. */
function vectors(): (size: number) => Vector {
  const kept = new Map<number, Vector>();
  return (size) => {
    const known = kept.get(size) ?? new Float64Array(size);
    kept.set(size, known);
    return known;
  };
}

/** Copies a block into the columns from `from` on. */
function keep(block: readonly Vector[], from: number, out: Matrix): void {
  for (let k = 0; k < block.length; k++) out.data.set(block[k]!, k * out.columns + from);
}
