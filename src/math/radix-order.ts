import type { Vector } from "./matrix.ts";

const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;
const MASK = DIGITS - 1;
const SIGN = 0x80000000;

/** Which half of a double holds its sign: typed arrays have the byte order of the machine. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * The bits of doubles as two words that, read as one unsigned integer, are in the order of the
 * values.
 */
interface Keys {
  high: Uint32Array;
  low: Uint32Array;
  index: Int32Array;
}

const emptyKeys = (n: number): Keys => ({
  high: new Uint32Array(n),
  low: new Uint32Array(n),
  index: new Int32Array(n),
});

function keysOf(x: Vector): Keys {
  const keys = emptyKeys(x.length);
  const words = new Uint32Array(x.buffer, x.byteOffset, 2 * x.length);
  for (let i = 0; i < x.length; i++) {
    const high = words[2 * i + HIGH]!;
    const low = words[2 * i + 1 - HIGH]!;
    const negative = high >= SIGN;
    keys.high[i] = negative ? ~high : high ^ SIGN;
    keys.low[i] = negative ? ~low : low;
    keys.index[i] = i;
  }
  return keys;
}

/** One stable counting sort by a digit, from one set of keys into another. */
function pass(from: Keys, to: Keys, word: Uint32Array, shift: number): void {
  const n = word.length;
  const next = new Int32Array(DIGITS + 1);
  for (let i = 0; i < n; i++) next[((word[i]! >>> shift) & MASK) + 1]! += 1;
  for (let d = 0; d < DIGITS; d++) next[d + 1]! += next[d]!;
  for (let i = 0; i < n; i++) {
    const digit = (word[i]! >>> shift) & MASK;
    const place = next[digit]!;
    next[digit] = place + 1;
    to.high[place] = from.high[i]!;
    to.low[place] = from.low[i]!;
    to.index[place] = from.index[i]!;
  }
}

/**
 * The indices that put x in ascending order: equal values keep their order, −0 comes before 0. No
 * NaN.
 * O(n): six passes of a radix sort, several times faster than comparing through an index.
 */
export function ascendingOrder(x: Vector): Int32Array {
  let from = keysOf(x);
  let to = emptyKeys(x.length);
  for (const half of ["low", "high"] as const) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      pass(from, to, from[half], shift);
      [from, to] = [to, from];
    }
  }
  return from.index;
}
