import type { ExpertPass, GatePass } from "../../src/core/row-pass.ts";
import type { State, Target } from "../../src/core/target.ts";
import { approximateMaxima, exponentiateAndSum, scaleRows } from "../../src/math/blocks.ts";
import { sumOfLogs } from "../../src/math/columns.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import type { RowWeight } from "./row-weight.ts";

/** Rows looked at together, so that what is made of them stays in a near cache. */
const BLOCK = 512;

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
 * `every`-th block.
 */
export function rowPass(
  target: Target,
  K: number,
  weight: RowWeight,
  every = 1,
): RowPass | undefined {
  const { n, deviation } = target;
  const expert = target.expert.pass?.(K);
  const gate = target.gate.pass?.(K);
  if (deviation !== undefined || expert === undefined || gate === undefined) return undefined;
  return joined(n, K, expert, gate, weight, every);
}

function joined(
  n: number,
  K: number,
  expert: ExpertPass,
  gate: GatePass,
  weight: RowWeight,
  every: number,
): RowPass {
  const full = blockOf(K, Math.min(BLOCK, n));
  const rest = n % full.size === 0 ? full : blockOf(K, n % full.size);

  /** E steps of all blocks; the log-likelihood. */
  function eSteps({ theta, gamma }: State, take: (block: Block, from: number) => void): number {
    expert.begin(theta);
    gate.begin(gamma);
    let value = 0;
    for (let from = 0; from < n; from += every * full.size) {
      const block = n - from < full.size ? rest : full;
      gate.logWeight(from, block.joint, block.total);
      expert.addLogDensity(from, block.joint);
      value += block.weigh(weight.each?.subarray(from, from + block.size));
      take(block, from);
    }
    return value;
  }

  return {
    total: totalWeight(n, weight, full.size, every),
    look: (state) =>
      eSteps(state, ({ joint, total }) => {
        if (weight.each !== undefined) scaleRows(joint, total);
        gate.add(joint, total);
        expert.add(joint);
      }),
    describe: (state, responsibility) =>
      eSteps(state, ({ joint }, from) => keep(joint, from, responsibility)),
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

function totalWeight(n: number, { each, total }: RowWeight, size: number, every: number): number {
  if (every === 1) return total;
  let sum = 0;
  for (let from = 0; from < n; from += every * size) {
    const to = Math.min(n, from + size);
    sum += each === undefined ? to - from : added(each.subarray(from, to));
  }
  return sum;
}

type Block = ReturnType<typeof blockOf>;

function blockOf(K: number, size: number) {
  const joint = Array.from({ length: K }, () => new Float64Array(size));
  const total = new Float64Array(size);
  const maximum = new Float64Array(size);
  const sum = new Float64Array(size);
  return {
    size,
    /** Log of gate weight times density, then responsibilities. */
    joint,
    /** The sum of the gate's weights, then how much each row counts. */
    total,
    /** The log-likelihood of these rows. */
    weigh(each: Vector | undefined): number {
      approximateMaxima(joint, maximum);
      exponentiateAndSum(joint, maximum, sum);
      ratiosAndInverses(sum, total);
      const value =
        each === undefined ? added(maximum) + sumOfLogs(total) : weightedLogs(each, maximum, total);
      scaleRows(joint, sum);
      if (each === undefined) total.fill(1);
      else total.set(each);
      return value;
    },
  };
}

/** by becomes values / by, and values become their inverses. */
function ratiosAndInverses(values: Vector, by: Vector): void {
  for (let i = 0; i < by.length; i++) {
    const value = values[i]!;
    by[i] = value / by[i]!;
    values[i] = 1 / value;
  }
}

function added(values: Vector): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

/** Σ weight (maximum + log ratio), rows of weight 0 left out. */
function weightedLogs(weight: Vector, maximum: Vector, ratio: Vector): number {
  let total = 0;
  for (let i = 0; i < weight.length; i++) {
    if (weight[i]! > 0) total += weight[i]! * (maximum[i]! + fastLog(ratio[i]!));
  }
  return total;
}

/** Copies a block into the columns from `from` on. */
function keep(block: readonly Vector[], from: number, out: Matrix): void {
  for (let k = 0; k < block.length; k++) out.data.set(block[k]!, k * out.columns + from);
}
