import type { Vector } from "../../src/math/matrix.ts";
import { permutation } from "../../src/math/random/permutation.ts";
import type { Rng } from "../../src/math/rng.ts";

/** The temperature of every row at a point t of the path from 0 to 1: out has length n. */
export type Schedule = (t: number, out: Vector) => void;

/** The part of the path over which a row is warmed, where rows come one after another. */
const WARMING = 0.2;

/** Every row is as warm as every other. */
export const allAtOnce: Schedule = (t, out) => void out.fill(t);

/**
 * Rows come in one after another, in an order drawn at random, each warmed over a fifth of the path. What all rows at once
 * make a sudden change of phase, with particles on both sides that meet no more, is then learnt little by little.
 * Source: [chopin2002], whose rows come one by one at once.
 */
export function oneByOne(rng: Rng, n: number): Schedule {
  const place = new Int32Array(n);
  permutation(rng, place);
  return (t, out) => {
    for (let i = 0; i < n; i++) {
      const start = (place[i]! / n) * (1 - WARMING);
      out[i] = Math.min(1, Math.max(0, (t - start) / WARMING));
    }
  };
}
