import * as v from "valibot";
import type { CountDeclaration, CountPrior } from "../../src/core/distribution.ts";
import { ModelError } from "../../src/core/errors.ts";
import { fastExp } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { uniform } from "../../src/math/rng.ts";
import { declare, number, type Schema } from "../declare.ts";

/** One kind of prior on the number of components: the entry of the registry. */
export interface CountKind {
  readonly kind: string;
  /** The name in text where it is not the kind: "bnb(1,4,3)". */
  readonly alias?: string;
  /** In the order in which they are given; `max` is not among them. */
  readonly parameters: readonly string[];
  /** Whether the one parameter is a list, so that all numbers of a text belong to it. */
  readonly list?: true;
  /** How it is written: "poisson(1)". */
  readonly example: string;
  readonly schema: Schema<CountDeclaration>;
  /** The prior in words; `short` writes a number in few digits. */
  words(declaration: CountDeclaration, short: (x: number) => string): string;
  compile(declaration: unknown): CountPrior;
}

interface Recipe<T extends CountDeclaration>
  extends Pick<CountKind, "kind" | "alias" | "parameters" | "list" | "example"> {
  /** Fills in `max`, or checks it where the other parameters decide. */
  readonly schema: Schema<T>;
  words(declaration: T, short: (x: number) => string): string;
  /** Log probabilities of 1 … max, up to a constant. */
  logWeights(declaration: T): Vector;
}

/** A kind of prior on the number of components, and the builder of its declarations, from its recipe. */
export function countKind<T extends CountDeclaration>(recipe: Recipe<T>) {
  const { kind, schema } = recipe;
  const validated = (input: unknown) =>
    declare(schema, input, "prior on the number of components", kind);
  return {
    ...recipe,
    words: (declaration: CountDeclaration, short: (x: number) => string) =>
      recipe.words(validated(declaration), short),
    declare: (parameters: Readonly<Record<string, unknown>>): T =>
      validated({ ...parameters, kind }),
    compile(input: unknown): CountPrior {
      const declaration = validated(input);
      return tabulated(declaration, recipe.logWeights(declaration));
    },
  };
}

export const MOST_COMPONENTS = 1000;
const DEFAULT_MAX = 10;

const isCount = (x: number) => Number.isInteger(x) && x >= 1 && x <= MOST_COMPONENTS;

const WHOLE = `a whole number from 1 to ${MOST_COMPONENTS}`;

/** A number of components. */
export const count = number(WHOLE, isCount);

/** The largest number of components, where the other parameters do not say it. */
export const max = number(`${WHOLE}, the largest number of components to consider`, isCount);

export const maxOrDefault = v.optional(max, DEFAULT_MAX);

/** What a builder takes beside the parameters. */
export interface CountOptions {
  /** The largest number of components, from 1 to 1000; 10 if absent. */
  readonly max?: number;
}

/** Log weights of 1 … max from log p(K + 1) / p(K), a function of K: no term over- or underflows. */
export function fromRatios(max: number, logRatio: (K: number) => number): Vector {
  const log = new Float64Array(max);
  for (let K = 1; K < max; K++) log[K] = log[K - 1]! + logRatio(K);
  return log;
}

/** The prior with these log probabilities of 1 … max, which need not sum to 1; its draws take one uniform each. */
function tabulated(declaration: CountDeclaration, logWeights: Vector): CountPrior {
  const { max } = declaration;
  const total = logSumExp(logWeights);
  if (!Number.isFinite(total)) {
    throw new ModelError(
      `the prior on the number of components must have mass on 1 … ${max}; ` +
        `${declaration.kind} has none there with these parameters; choose less extreme ones`,
      { declaration },
    );
  }
  const log = logWeights.map((weight) => weight - total);
  const probability = log.map(fastExp);
  const largest = probability.findLastIndex((p) => p > 0) + 1;
  return {
    declaration,
    max,
    logProbability: (K) =>
      Number.isInteger(K) && K >= 1 && K <= max ? log[K - 1]! : Number.NEGATIVE_INFINITY,
    sample(rng) {
      let left = uniform(rng);
      for (let K = 1; K < largest; K++) {
        left -= probability[K - 1]!;
        if (left < 0) return K;
      }
      return largest;
    },
  };
}
