import type { Target } from "../../src/core/target.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { log1p } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import type { Classes } from "./classes.ts";
import { KNOWN, OTHERS, OWN } from "./launch.ts";
import type { Remainder } from "./rest.ts";

/** What the level of a row of the known density is multiplied by: it tells the gate nothing, and yet has one. */
const COLD = 1e-3;

/**
 * The gate row of a component given who made each row: drawn as if given levels that make its share what it has of the
 * rows of the mixture. Both functions give log of prior times gate probabilities of all rows of the mixture (its own, and
 * those of others as 1 − π) over the density of the draw. A gate without such draws
 * keeps its row, and so does a component that is alone.
 */
export function gateRow({ n, gate }: Target) {
  const given = gate.givenLevels;
  const logLevels = new Float64Array(n);
  const logWeight = new Float64Array(n);

  function load({ own, mixed, of }: Classes, logGate: Vector): void {
    const share = fastLog((mixed - own.length + 1) / (mixed + 1));
    for (let i = 0; i < n; i++) {
      logLevels[i] = share - logGate[i]! + (of[i] === KNOWN ? fastLog(COLD) : 0);
    }
    given!.load(logLevels);
  }

  /** log of the gate probabilities, less what the density given levels says in their place. */
  function correction({ of }: Classes, logGate: Vector, gamma: Vector): number {
    gate.logWeight(gamma, logWeight);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const odds = logWeight[i]! - logGate[i]!;
      if (of[i] === OWN) total -= log1pExp(-odds);
      else if (of[i] === OTHERS) total -= log1pExp(odds);
      if (given === undefined) continue;
      total += fastExp(logWeight[i]! + logLevels[i]!);
      if (of[i] === OWN) total -= logWeight[i]!;
    }
    return total;
  }

  return {
    draw(rng: Rng, classes: Classes, rest: Remainder, gamma: Vector): number {
      if (rest.logOthers === undefined) return 0;
      const { logGate } = rest;
      if (given === undefined) return correction(classes, logGate, gamma);
      load(classes, logGate);
      const weight = given.draw(rng, classes.own, gamma);
      return weight + correction(classes, logGate, gamma);
    },

    logWeight(classes: Classes, rest: Remainder, gamma: Vector): number {
      if (rest.logOthers === undefined) return 0;
      const { logGate } = rest;
      if (given === undefined) return correction(classes, logGate, gamma);
      load(classes, logGate);
      return given.logWeight(classes.own, gamma) + correction(classes, logGate, gamma);
    },
  };
}

/** log(1 + e^x). */
const log1pExp = (x: number): number => (x > 0 ? x + log1p(fastExp(-x)) : log1p(fastExp(x)));
