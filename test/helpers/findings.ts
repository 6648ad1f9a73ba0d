import { check } from "../../diagnostics/check.ts";
import type { Draws } from "../../src/core/draws.ts";
import { normal } from "../../src/math/random/normal.ts";
import { createRng } from "../../src/math/rng.ts";

export const ITERATIONS = 400;

/** Four chains of independent normal draws; `change` may rewrite a draw. */
export function drawsOf(
  names: readonly string[],
  change: (name: string, chain: number, t: number, value: number) => number = (_n, _c, _t, v) => v,
): Draws {
  const chains = [1, 2, 3, 4].map((chain) => {
    const rng = createRng(11, chain);
    const values = new Float64Array(ITERATIONS * names.length);
    for (let t = 0; t < ITERATIONS; t++) {
      names.forEach((name, j) => {
        values[t * names.length + j] = change(name, chain, t, normal(rng));
      });
    }
    return { chain, iterations: ITERATIONS, values };
  });
  return { variables: names, chains };
}

/** The codes of what is found, in order. */
export const codes = (input: Parameters<typeof check>[0]) =>
  check(input).findings.map(({ code }) => code);
/** What a finding says, or nothing where it is not among those found. */
export const message = (input: Parameters<typeof check>[0], code: string) =>
  check(input).findings.find((finding) => finding.code === code)?.message ?? "";
