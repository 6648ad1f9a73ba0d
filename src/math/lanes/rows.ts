import { type Code, i32, type Local, pair, repeatWhile } from "./code.ts";
import type { Scope } from "./module.ts";

/** The longest run of rows that routines of several components work on. */
export const LONGEST = 512;
/** Bytes between the vectors of neighbouring components; at a multiple of 4096 all would want the same lines of a cache. */
export const STRIDE = 8 * (LONGEST + 8);

/** Adds to an address. */
export const advance = (address: Local, bytes: number): Code =>
  address.set(i32.add(address.get, i32.constant(bytes)));

/** Codes of the d entries of two neighbouring rows of a matrix that begin at `at`, entry by entry, kept in variables. */
export function entriesOfTwoRows(scope: Scope, d: number, at: Local) {
  const entries = Array.from({ length: d }, () => scope.local("v128"));
  const [first, second] = [scope.local("v128"), scope.local("v128")];
  const load: Code[] = [];
  for (let j = 0; j + 1 < d; j += 2) {
    load.push(
      first.set(pair.load(at.get, 8 * j)),
      second.set(pair.load(at.get, 8 * (d + j))),
      entries[j]!.set(pair.choose(first.get, second.get, 0, 2)),
      entries[j + 1]!.set(pair.choose(first.get, second.get, 1, 3)),
    );
  }
  if (d % 2 === 1) {
    const last = pair.loadFirst(at.get, 8 * (d - 1));
    load.push(entries[d - 1]!.set(pair.loadSecond(at.get, last, 8 * (2 * d - 1))));
  }
  return { load, entries: entries.map(({ get }) => get) };
}

/** Σ_j entry_j · coefficient_j, from the first on; the coefficients lie in memory one after another. */
export function predictor(entries: readonly Code[], coefficients: Local, offset: number): Code {
  const term = (j: number): Code =>
    pair.multiply(entries[j]!, pair.loadTwice(coefficients.get, offset + 8 * j));
  let sum = term(0);
  for (let j = 1; j < entries.length; j++) sum = pair.add(sum, term(j));
  return sum;
}

/**
 * The body, then addresses moved on by so many bytes each, and again as long as the first of them is below `end`. There
 * is at least one row.
 */
export function forRows(
  end: Local,
  body: readonly Code[],
  addresses: readonly (readonly [Local, number])[],
): Code {
  return repeatWhile(
    [body, addresses.map(([address, bytes]) => advance(address, bytes))],
    i32.isBelow(addresses[0]![0].get, end.get),
  );
}
