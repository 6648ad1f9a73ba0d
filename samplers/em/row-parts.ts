import type { PartCall, PartSums } from "../../src/core/part-sums.ts";
import type { ExpertPass, GatePass } from "../../src/core/row-pass.ts";
import type { State, Target } from "../../src/core/target.ts";
import { scaleRows } from "../../src/math/blocks.ts";
import { matrix, type Vector } from "../../src/math/matrix.ts";
import { passesOf } from "./passes.ts";
import { type RowBlocks, rowBlocks } from "./row-blocks.ts";
import { type RowWeight, rowWeightOf } from "./row-weight.ts";

/** From so many rows on, a pass adds up the sums of several parts of them. */
export const MANY = 2 ** 17;
/** Parts at most: enough that threads end together. */
export const MOST_PARTS = 64;
/** Sums of all parts together at most, so that those of many parameters leave room. */
const MOST_SUMS = 2 ** 22;
const FEWEST_PARTS = 4;

/** How many parts a pass over so many blocks has; it depends on nothing but rows and model. */
export function partsOf(n: number, blocks: number, size: number): number {
  if (n < MANY) return 1;
  return Math.min(MOST_PARTS, blocks, Math.max(FEWEST_PARTS, Math.floor(MOST_SUMS / size)));
}

/** The blocks of a part: from the first to before the last. */
export const rangeOf = (part: number, parts: number, blocks: number): readonly [number, number] => [
  Math.floor((part * blocks) / parts),
  Math.floor(((part + 1) * blocks) / parts),
];

/**
 * Sums of one pass, the log-likelihood first, then those of the experts and of the gate, each part a run of
 * neighbouring blocks; experts and gate must have begun.
 */
export function rowParts(
  blocks: RowBlocks,
  parts: number,
  expert: ExpertPass,
  gate: GatePass,
  weight: RowWeight,
): PartSums {
  const ofExperts = expert.sums.length;
  const ofGate = gate.sums();
  return {
    parts,
    size: 1 + ofExperts + ofGate.length,
    write(part, out) {
      expert.sums.fill(0);
      ofGate.fill(0);
      const [first, last] = rangeOf(part, parts, blocks.count);
      out[0] = blocks.look(first, last, ({ joint, total }) => {
        if (weight.each !== undefined) scaleRows(joint, total);
        gate.add(joint, total);
        expert.add(joint);
      });
      out.set(expert.sums, 1);
      out.set(ofGate, 1 + ofExperts);
    },
  };
}

/** What another thread must know to write the parts of a pass at this state. */
export function callAt({ theta, gamma }: State, every: number, parts: number, gate: GatePass) {
  const numbers = new Float64Array(theta.data.length + gamma.data.length);
  numbers.set(theta.data);
  numbers.set(gamma.data, theta.data.length);
  return { numbers, counts: [every, parts, gate.sums().length] };
}

/** How much room the calls of a problem take at most. */
export interface CallSizes {
  readonly numbers: number;
  /** Of all parts together. */
  readonly sums: number;
}

/** Of maxima with so many components; undefined where there are no such calls: of fewer rows, and of other experts. */
export function sizesOfCalls(target: Target, K: number): CallSizes | undefined {
  const expert = target.expert.pass?.(K);
  const gate = target.gate.pass?.(K);
  if (target.n < MANY || expert === undefined || gate === undefined) return undefined;
  gate.begin(matrix(K, target.gate.dimension));
  const size = 1 + expert.sums.length + gate.sums().length;
  return {
    numbers: K * (target.expert.dimension + target.gate.dimension),
    sums: Math.min(MOST_PARTS * size, Math.max(MOST_SUMS, FEWEST_PARTS * size)),
  };
}

/** Writes parts of the passes of another thread over the same rows, all of which count 1: a function of a call. */
export function partsForCall(target: Target, K: number): (call: PartCall) => PartSums {
  const { n } = target;
  const passes = passesOf(target, K)!;
  const { expert, gate } = passes;
  const weight = rowWeightOf(n);
  const of = new Map<number, RowBlocks>();
  const blocksOf = (every: number): RowBlocks => {
    const known = of.get(every) ?? rowBlocks(n, K, passes, weight, every);
    of.set(every, known);
    return known;
  };
  const inTheta = K * target.expert.dimension;
  return ({ numbers, counts: [every, parts, ofGate] }) => {
    const of = (data: Vector) => matrix(K, data.length / K, data);
    expert.begin(of(numbers.subarray(0, inTheta)));
    gate.assist(of(numbers.subarray(inTheta)), ofGate!);
    return rowParts(blocksOf(every!), parts!, expert, gate, weight);
  };
}
