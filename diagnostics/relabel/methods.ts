import type { Matrix } from "../../src/math/matrix.ts";
import { matrix } from "../../src/math/matrix.ts";
import { alignTo, consensusOf, type Permutations } from "./align.ts";
import { type Classification, hardened, templateOfDraw } from "./classification.ts";

/** Labels that were found, and what further draws are labelled by. */
export interface Labels {
  readonly permutations: Permutations;
  /** K × n; see `alignTo`. */
  readonly template: Matrix;
  readonly iterations: number;
}

/** A way to make the labels of draws comparable. */
export interface Relabeller {
  readonly name: string;
  readonly reference: string;
  /** Whether rows count wholly for their most probable component. */
  readonly hard: boolean;
  /**
   * From the mean of the relabelled draws (K × n) the next template; absent: the best draw is the
   * template.
   */
  readonly template?: (consensus: Matrix) => Matrix;
}

/** Allocations against those of the draw with the highest log posterior. */
const pivot: Relabeller = { name: "pivot", reference: "[marin2005]", hard: true };

/**
 * Iterative equivalence-class representatives: allocations against their most frequent value, row
 * by row. The allocation of a row is its most probable component, as draws of z are not recorded.
 */
const ecr: Relabeller = {
  name: "ecr",
  reference: "[papastamoulis2010], [papastamoulis2016]",
  hard: true,
  template: mostFrequent,
};

/**
 * Smallest possible Kullback–Leibler divergence of the mean responsibilities from those of the
 * draws.
 */
const stephens: Relabeller = {
  name: "stephens",
  reference: "[stephens2000] §4.1",
  hard: false,
  template: (consensus) => ({ ...consensus, data: consensus.data.map(flooredLog) }),
};

/** Every relabelling method by its name; the first is the default. */
export const relabellers: Readonly<Record<string, Relabeller>> = { stephens, ecr, pivot };

const SMALLEST = 1e-10;

function flooredLog(probability: number): number {
  return Math.log(Math.max(probability, SMALLEST));
}

/** One where a component is the most probable of its row, zero elsewhere. */
function mostFrequent({ rows: K, columns: n, data }: Matrix): Matrix {
  const out = matrix(K, n);
  for (let i = 0; i < n; i++) {
    let top = 0;
    for (let k = 1; k < K; k++) if (data[k * n + i]! > data[top * n + i]!) top = k;
    out.data[top * n + i] = 1;
  }
  return out;
}

const MOST_ITERATIONS = 100;

/**
 * Labels the draws: starting from the labels of the best draw, template and labels are found in
 * turn until no label changes; each turn lowers the method's loss, so this ends.
 */
export function findLabels(method: Relabeller, soft: Classification): Labels {
  const classification = method.hard ? hardened(soft) : soft;
  let template = templateOfDraw(classification, soft.best);
  let permutations = alignTo(template, classification);
  let iterations = 1;
  for (let changed = method.template !== undefined; changed && iterations < MOST_ITERATIONS; ) {
    template = method.template!(consensusOf(classification, permutations));
    const next = alignTo(template, classification);
    changed = next.some((component, at) => component !== permutations[at]);
    permutations = next;
    iterations++;
  }
  return { permutations, template, iterations };
}
