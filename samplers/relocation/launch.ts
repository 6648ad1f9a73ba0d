import type { Target } from "../../src/core/target.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";

/** Who made a row: the known density, another component, or the component that is looked at. */
export const KNOWN = 0;
export const OTHERS = 1;
export const OWN = 2;
export const CLASSES = 3;

/** Steps of EM from the anchors to the launch. */
const STEPS = 6;
/** Added to what each class has of the rows, so that none is lost on the way. */
const PSEUDO_ROWS = 1;
/** No row is sure of its class. */
const LEAST_PROBABILITY = 1e-3;
/** Names the stream of the point from which iterative maximizers start: it belongs to no chain. */
const STREAM = 0x6c61756e;

/** What the rows would be without the component that is looked at; n each, the last absent where it is alone. */
export interface Rest {
  readonly logKnown: Vector;
  readonly logOthers: Vector | undefined;
}

/**
 * A function that proposes who made each row, given a few rows that one component is to make (none: a component without
 * rows): by a few steps of EM for the shares of three classes and the expert of one. It writes log probabilities into out,
 * a class after another (3 × n), and depends on the anchors and the rest only: never on parameters of the component.
 */
export function knownLaunch({ n, expert }: Target) {
  const theta = new Float64Array(expert.dimension);
  const start = new Float64Array(expert.dimension);
  expert.samplePrior(createRng(STREAM), start);
  const all = { rows: Int32Array.from({ length: n }, (_, i) => i), weight: new Float64Array(n) };
  const ones = new Float64Array(n).fill(1);
  const logDensity = new Float64Array(n);
  const share = new Float64Array(CLASSES);

  /** Probabilities of the classes at every row into out, of the expert's class into the weights too; then the shares. */
  function weigh({ logKnown, logOthers }: Rest, isEmpty: boolean, out: Vector): void {
    const logShare = share.map(fastLog);
    const sums = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const known = logShare[KNOWN]! + logKnown[i]!;
      const others = logOthers === undefined ? -Infinity : logShare[OTHERS]! + logOthers[i]!;
      const own = isEmpty ? -Infinity : logShare[OWN]! + logDensity[i]!;
      const top = Math.max(known, others, own);
      const [a, b, c] = [fastExp(known - top), fastExp(others - top), fastExp(own - top)];
      const total = a + b + c;
      out[i] = a / total;
      out[n + i] = b / total;
      out[2 * n + i] = c / total;
      all.weight[i] = c / total;
      sums[0]! += a / total;
      sums[1]! += b / total;
      sums[2]! += c / total;
    }
    for (let c = 0; c < CLASSES; c++) share[c] = (sums[c]! + PSEUDO_ROWS) / (n + 3 * PSEUDO_ROWS);
  }

  return (rest: Rest, anchors: Int32Array, out: Vector): void => {
    const isEmpty = anchors.length === 0;
    share.fill(1 / CLASSES);
    theta.set(start);
    if (!isEmpty) {
      expert.maximize(theta, { rows: anchors, weight: ones.subarray(0, anchors.length) }, 1);
    }
    for (let step = 0; step < STEPS; step++) {
      if (!isEmpty) expert.logDensity(theta, logDensity);
      weigh(rest, isEmpty, out);
      if (!isEmpty) expert.maximize(theta, all, 1);
    }
    if (!isEmpty) expert.logDensity(theta, logDensity);
    weigh(rest, isEmpty, out);
    floorAndLog(out, n, rest.logOthers !== undefined, !isEmpty);
  };
}

/** From probabilities to their logs, none of a class that can be below the least. */
function floorAndLog(out: Vector, n: number, hasOthers: boolean, hasOwn: boolean): void {
  const can = [true, hasOthers, hasOwn];
  const count = can.filter(Boolean).length;
  for (let c = 0; c < CLASSES; c++) {
    for (let at = c * n; at < (c + 1) * n; at++) {
      out[at] = can[c]
        ? fastLog(LEAST_PROBABILITY + (1 - count * LEAST_PROBABILITY) * out[at]!)
        : Number.NEGATIVE_INFINITY;
    }
  }
}
